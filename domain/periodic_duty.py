"""What an organisation owes in one period (按期应办事项): opened by the hub, counted as records of
it come, met once there are enough, and silent where they do not come.

Plan 二5 (P33–P35), 二6 (P46), 三1 (P51, P53), 三2 (P56), 三3 (P58). One stream for each row of
policies/duties.toml, organisation and period; it names no child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.activity import ActivityRecorded
from domain.calendar import end_of_day_utc
from domain.duty_rules import DutyRules
from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB
from domain.site import SiteInspected
from domain.work_item import WorkItemListed

COUNTED_FROM = frozenset({ActivityRecorded.TOPIC, SiteInspected.TOPIC, WorkItemListed.TOPIC})
"""Facts that a row of policies/duties.toml may be satisfied by: each says when it was held, and
where."""

CLOCK = "periodic_duty"
"""The clock of policies/clocks.toml, and the kind of its deadlines."""


def duty_id(duty: str, owner: str, period: str) -> UUID:
    """The id of what ``owner`` owes by one row in one period; its clock runs on it."""
    return derived_id("periodic_duty", duty, owner, period)


class DutyCommand(Command):
    """Asked by the hub."""

    duty: str
    owner: str
    period: str


class OpenDuty(DutyCommand):
    """The period has begun. Nothing happens where it is open, or nothing is owed."""


class CountTowards(DutyCommand):
    """A record of the owner was stated, or corrected: it counts for these ``places`` (none, where
    it is owed once for the organisation), or, where ``counts`` is not so, no more."""

    record: UUID
    counts: bool
    places: tuple[str, ...] = ()
    """Codes of villages or towns of the owner's area."""


class DutyEvent(Event):
    """``told_to`` is who owes it."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "按期应办事项"
    duty: str
    owner: str
    period: str
    told_to: str


class DutyOpened(DutyEvent):
    TOPIC: ClassVar[str] = "periodic_duty.opened.v1"
    TITLE: ClassVar[str] = "开列应办事项"
    needed: int
    first_day: date
    due_at: datetime
    ladder: str | None = None
    """Who is told when it is missed, where that is not as the owner's seat says."""


class DutyCounted(DutyEvent):
    """``covered``: the places for which the record ``counted`` counts; ``counts``: whether it does
    at all, and has not been corrected since; ``held``: how many there are by now."""

    TOPIC: ClassVar[str] = "periodic_duty.counted.v1"
    TITLE: ClassVar[str] = "计入应办事项"
    counted: UUID
    counts: bool
    covered: tuple[str, ...]
    held: int


class DutyFulfilled(DutyEvent):
    TOPIC: ClassVar[str] = "periodic_duty.fulfilled.v1"
    TITLE: ClassVar[str] = "应办事项完成"


class DutyReopened(DutyEvent):
    """A record was corrected, and it is owed again."""

    TOPIC: ClassVar[str] = "periodic_duty.reopened.v1"
    TITLE: ClassVar[str] = "应办事项重新开列"
    due_at: datetime
    ladder: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodicDuty:
    needed: int = 0
    due_at: datetime | None = None
    ladder: str | None = None
    records: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    """The records that count, each with its places."""
    fulfilled: bool = False

    @property
    def covered(self) -> frozenset[str]:
        """The places for which there is a record."""
        return frozenset(place for places in self.records.values() for place in places)

    @property
    def held(self) -> int:
        """How many there are: places covered, or records where no place is owed."""
        return len(self.covered) or len(self.records)

    def with_record(self, record: UUID, places: tuple[str, ...] | None) -> PeriodicDuty:
        """The state with this record counting so, or no more."""
        records = {each: of for each, of in self.records.items() if each != record}
        if places is not None:
            records[record] = places
        return replace(self, records=records)


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise Refused("DUTY_BY_HUB", "按期应办事项由系统按规则开列和计入，不能由单位登记。")


def _open(state: PeriodicDuty, command: OpenDuty, given: Given) -> list[Event]:
    _by_hub(given)
    rules: DutyRules = given.rules.duties
    if state.due_at is not None or command.duty not in set(rules.owed_by(command.owner)):
        return []
    try:
        first, last = rules.window(command.duty, command.period, given.rules.school)
    except ValueError:
        return []
    needed = rules.needed(command.duty, command.owner)
    if first > given.today or not needed:
        return []
    return [
        DutyOpened(
            **command.model_dump(),
            told_to=command.owner,
            needed=needed,
            first_day=first,
            due_at=end_of_day_utc(last),
            ladder=rules.duties[command.duty].ladder,
        )
    ]


def _count(state: PeriodicDuty, command: CountTowards, given: Given) -> list[Event]:
    _by_hub(given)
    stated = tuple(sorted(command.places)) if command.counts else None
    if state.due_at is None or state.records.get(command.record) == stated:
        return []
    about = {
        "duty": command.duty,
        "owner": command.owner,
        "period": command.period,
        "told_to": command.owner,
    }
    held = state.with_record(command.record, stated).held
    found: list[Event] = [
        DutyCounted(
            **about,
            counted=command.record,
            counts=stated is not None,
            covered=stated or (),
            held=held,
        )
    ]
    if held >= state.needed and not state.fulfilled:
        found.append(DutyFulfilled(**about))
    if held < state.needed and state.fulfilled:
        found.append(DutyReopened(**about, due_at=state.due_at, ladder=state.ladder))
    return found


PERIODIC_DUTY: Stream[PeriodicDuty] = Stream(
    name="periodic_duty",
    initial=PeriodicDuty(),
    decide={OpenDuty: _open, CountTowards: _count},
    evolve={
        DutyOpened: lambda state, event: PeriodicDuty(event.needed, event.due_at, event.ladder),
        DutyCounted: lambda state, event: state.with_record(
            event.counted, event.covered if event.counts else None
        ),
        DutyFulfilled: lambda state, event: replace(state, fulfilled=True),
        DutyReopened: lambda state, event: replace(state, fulfilled=False),
    },
    locate=lambda command, load: duty_id(command.duty, command.owner, command.period),
    title="按期应办事项",
    by_itself=True,
)
