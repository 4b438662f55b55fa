"""Visits after a written warning (告诫查访): station and village each visit both sides.

反家暴法 17: 居委会、村委会、公安派出所应当对收到告诫书的加害人、受害人进行查访. Each has a
task, which is over once it has met the one who was warned and the one who is protected; an attempt
at which nobody was met is kept and ends nothing. A new warning asks for all of it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.guardianship_events import Orders
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Stream,
    derived_id,
)
from domain.organisations import HUB, POLICE_SEATS, seat_of
from domain.standing import Standing, Stands

VISIT_BY_VILLAGE = "visit_warned"
VISIT_BY_POLICE = "visit_warned_by_police"


class WarningVisitsState(StrEnum):
    NONE = "NONE"
    OWED = "OWED"
    POLICE_VISITED = "POLICE_VISITED"
    VILLAGE_VISITED = "VILLAGE_VISITED"
    VISITED = "VISITED"


def warning_visits_id(child_ref: UUID) -> UUID:
    """What visits a child's written warnings ask for: one list, however many there are."""
    return derived_id("warning_visits", child_ref)


def visiting_task(visits: UUID, kind: str, ordinal: int) -> UUID:
    """The referral that asks for the n-th time (from 1) that both sides be visited."""
    return derived_id("referral", kind, visits, ordinal)


class OweWarningVisits(Command):
    """A written warning was served on a day; asked by the hub. ``town``: the child's, as the record
    states it."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    town: str | None
    since: date


class RecordWarningVisit(Command):
    """查访: whom of the two sides was met on a day, and whether there was violence again."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    visited_on: date
    warned_seen: bool
    protected_seen: bool
    repeated: bool
    account: str | None


class WarningVisitsOwed(Event):
    """``asked``: for which time. ``of_police``, ``of_village``: who is asked. ``since``: a visit of
    before is none after this warning."""

    TOPIC: ClassVar[str] = "warning_visits.owed.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "告诫书查访"
    child_ref: UUID
    town: str | None
    home_village: str | None
    asked: int
    of_police: bool
    of_village: bool
    since: date | None = None


class WarningVisited(Event):
    """``by_police``: by the station, else by the village or in its place. ``done``: it has met both
    sides by now; ``asked``: how many tasks of its own that answers."""

    TOPIC: ClassVar[str] = "warning_visits.visited.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "查访告诫双方"
    child_ref: UUID
    town: str | None
    visited_on: date
    warned_seen: bool
    protected_seen: bool
    repeated: bool
    stated_by: str
    by_police: bool
    done: bool
    asked: int
    account: Orders


@dataclass(frozen=True, slots=True)
class Met:
    """Whom a visit met."""

    warned: bool
    protected: bool


@dataclass(frozen=True, slots=True)
class WarningVisits:
    state: WarningVisitsState = WarningVisitsState.NONE
    child_ref: UUID | None = None
    town: str | None = None
    home_village: str | None = None
    asked: int = 0
    since: date | None = None
    by_police: Mapping[tuple[str, date], Met] = field(default_factory=dict)
    by_village: Mapping[tuple[str, date], Met] = field(default_factory=dict)
    """Since they were asked last, by who visited when."""


def _owe(state: WarningVisits, command: OweWarningVisits, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("WARNING_BY_RECORD", "告诫书登记后，查访任务由系统自动交办。")
    village = given.child.village if given.child is not None else None
    return [
        WarningVisitsOwed(
            child_ref=command.child_ref,
            town=command.town,
            home_village=village,
            asked=state.asked + 1,
            of_police=True,
            of_village=True,
            since=command.since,
        )
    ]


def _visit(state: WarningVisits, command: RecordWarningVisit, given: Given) -> list[Event]:
    if state.state is WarningVisitsState.NONE:
        raise Refused("WARNING_NONE", "没有可由本单位登记的告诫书查访，请核对儿童信息。")
    given.not_in_future(command.visited_on, "WARNING_VISIT_IN_FUTURE", "查访日期")
    by_police = seat_of(given.actor.organisation) in POLICE_SEATS
    before = state.by_police if by_police else state.by_village
    this = (given.actor.organisation, command.visited_on)
    met = Met(command.warned_seen, command.protected_seen)
    # What was made before the newest warning, or is put right of it, answers no task of that one.
    counts = _counts(state, command.visited_on)
    done = counts and _both({**before, this: met})
    visited = WarningVisited(
        **command.model_dump(),
        town=state.town,
        stated_by=given.actor.organisation,
        by_police=by_police,
        done=done,
        asked=state.asked if done else 0,
    )
    if done or not counts or not _both(before):
        return [visited]
    # What had ended the task was put right: somebody has still to be met.
    again = WarningVisitsOwed(
        child_ref=command.child_ref,
        town=state.town,
        home_village=state.home_village,
        asked=state.asked + 1,
        of_police=by_police,
        of_village=not by_police,
        since=state.since,
    )
    return [visited, again]


def _counts(state: WarningVisits, visited_on: date) -> bool:
    return state.since is None or visited_on >= state.since


def _both(visits: Mapping[tuple[str, date], Met]) -> bool:
    met = visits.values()
    return any(each.warned for each in met) and any(each.protected for each in met)


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> WarningVisitsState:
    """Who has still to visit, by an event's topic and clear facts, for every view."""
    now = WarningVisitsState(state or WarningVisitsState.NONE)
    police = now in (WarningVisitsState.POLICE_VISITED, WarningVisitsState.VISITED)
    village = now in (WarningVisitsState.VILLAGE_VISITED, WarningVisitsState.VISITED)
    if topic == WarningVisitsOwed.TOPIC:
        police &= not facts.get("of_police")
        village &= not facts.get("of_village")
    elif facts.get("done"):
        police |= bool(facts.get("by_police"))
        village |= not facts.get("by_police")
    return _BY_WHOM[police, village]


_BY_WHOM = {
    (False, False): WarningVisitsState.OWED,
    (True, False): WarningVisitsState.POLICE_VISITED,
    (False, True): WarningVisitsState.VILLAGE_VISITED,
    (True, True): WarningVisitsState.VISITED,
}


def _owed(state: WarningVisits, event: WarningVisitsOwed) -> WarningVisits:
    return replace(
        state,
        state=state_after(state.state, event.TOPIC, vars(event)),
        child_ref=event.child_ref,
        town=event.town,
        home_village=event.home_village,
        asked=event.asked,
        since=event.since,
        # Asked for once more because of a correction, what else was visited counts still.
        by_police={} if event.of_police and event.of_village else state.by_police,
        by_village={} if event.of_police and event.of_village else state.by_village,
    )


def _visited(state: WarningVisits, event: WarningVisited) -> WarningVisits:
    if not _counts(state, event.visited_on):
        return state
    # A record that is sent again for the same day takes the place of the first.
    met = {(event.stated_by, event.visited_on): Met(event.warned_seen, event.protected_seen)}
    moved = replace(state, state=state_after(state.state, event.TOPIC, vars(event)))
    if event.by_police:
        return replace(moved, by_police={**state.by_police, **met})
    return replace(moved, by_village={**state.by_village, **met})


def _stands(state: WarningVisits, rules: Any) -> list[Standing]:
    over = (WarningVisitsState.NONE, WarningVisitsState.VISITED)
    return [] if state.state in over else [Standing(Stands.OPEN_CASE)]


WARNING_VISITS: Stream[WarningVisits] = Stream(
    name="warning_visits",
    initial=WarningVisits(),
    decide={OweWarningVisits: _owe, RecordWarningVisit: _visit},
    evolve={WarningVisitsOwed: _owed, WarningVisited: _visited},
    locate=lambda command, load: warning_visits_id(command.child_ref),
    title="告诫书查访",
    states={
        WarningVisitsState.NONE: "未交办",
        WarningVisitsState.OWED: "待查访",
        WarningVisitsState.POLICE_VISITED: "公安已查访，待村居查访",
        WarningVisitsState.VILLAGE_VISITED: "村居已查访，待公安查访",
        WarningVisitsState.VISITED: "双方均已查访",
    },
    case=state_after,
    stands=_stands,
)
