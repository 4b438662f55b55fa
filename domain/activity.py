"""Activities and publicity (活动、宣传) of every office: safety knowledge into villages, lectures
before the holidays, legal education, named programmes, training of those who have to report.

Plan 二1 (P03, P06, P07), 二5 (P33–P36, P39, P40), 三1 (P53), 三3 (P57, P58). An activity names
places, days and how many came, children and guardians apart, and no child and no person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from domain.activity_codes import (
    ACTIVITY_KIND,
    AUDIENCE,
    BRAND,
    ActivityKind,
    Audience,
    Brand,
)
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import Seat, seat_of, town_organisation, village_organisation

_ONLY_CIVIL_AFFAIRS = frozenset({ActivityKind.TOWN_GUIDANCE, ActivityKind.TOWN_TRAINING})
"""业务指导及培训 of the towns (plan 三1 P53)."""


class RecordActivity(Command):
    """Record what was held: in ``villages``, at a ``school``, else in a ``town`` or for all of the
    district. ``for_period``: it makes up (补办) for a period that is over, where that is not the
    one it was held in."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    activity_id: UUID
    activity: ActivityKind
    audience: Audience
    brand: Brand | None
    held_on: date
    villages: tuple[str, ...]
    town: str | None
    school: str | None
    sessions: int
    children_attended: int
    guardians_attended: int
    others_attended: int
    for_period: str | None
    topic: str | None
    account: str | None


class ActivityRecorded(Event):
    """``told_to``: the village, school or town's station where it was held, where that is one."""

    TOPIC: ClassVar[str] = "activity.recorded.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "活动登记"
    activity: ActivityKind
    audience: Audience
    brand: Brand | None
    held_on: date
    villages: tuple[str, ...]
    town: str | None
    school: str | None
    told_to: str | None
    sessions: int
    children_attended: int
    guardians_attended: int
    others_attended: int
    for_period: str | None
    topic: Annotated[Text, Sensitive(Category.PROGRAMMES)]
    account: Annotated[Text, Sensitive(Category.PROGRAMMES)]


@dataclass(frozen=True, slots=True)
class HeldActivity:
    activity: ActivityKind | None = None


def _record(state: HeldActivity, command: RecordActivity, given: Given) -> list[Event]:
    given.not_in_future(command.held_on, "ACTIVITY_IN_FUTURE", "活动日期")
    if command.activity in _ONLY_CIVIL_AFFAIRS:
        if seat_of(given.actor.organisation) is not Seat.CIVIL_AFFAIRS:
            raise Refused(
                "ACTIVITY_OF_CIVIL_AFFAIRS", "对街镇的业务指导和培训由民政局登记，请核对活动类别。"
            )
        if command.town is None:
            raise Refused("ACTIVITY_NEEDS_TOWN", "业务指导、业务培训须写明街镇，请补填后重报。")
    if not command.children_attended + command.guardians_attended + command.others_attended:
        raise Refused("ACTIVITY_NOBODY_CAME", "参加人数合计为零，请核对后重报。")
    stated = command.model_dump(exclude={"activity_id"})
    return [ActivityRecorded(**stated, told_to=_told(command, given))]


def _told(command: RecordActivity, given: Given) -> str | None:
    """Whoever is there and did not hold it."""
    if len(command.villages) == 1:
        found = village_organisation(command.villages[0])
    elif command.school is not None:
        found = command.school
    elif command.town is not None:
        found = town_organisation(command.town)
    else:
        return None
    return None if found == given.actor.organisation else found


ACTIVITY_HELD: Stream[HeldActivity] = Stream(
    name="activity",
    initial=HeldActivity(),
    decide={RecordActivity: _record},
    evolve={ActivityRecorded: lambda state, event: HeldActivity(event.activity)},
    locate=lambda command, load: command.activity_id,
    title="活动登记",
    codes={"activity": ACTIVITY_KIND, "audience": AUDIENCE, "brand": BRAND},
    by_itself=True,
)
