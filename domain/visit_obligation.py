"""The visit obligation (联系和走访义务): who owes a child which visit by when.

The plan's cadence (二3, P19–P20): contact monthly and a home visit every two months; two-weekly
and monthly in the enhanced tier. A child that can return to its family is visited regularly
(跟踪回访, 二2 P15). In a round of full verification (全面核查, 二3 P17) it is verified until the
round's last day; what is known of a migrant child is looked at anew half-yearly, round or not
(domain reference §1.1). Each obligation is a stream of its own, the n-th of its kind, with its own
due day: windows roll from the last visit that counts. The hub itself asks for all of it, together
with what it follows from (domain/reactions/visits.py); the clock finds what is overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.child_file import ChildFile, Tier
from domain.kernel import Command, Due, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Seat, seat_of, town_of_village, village_organisation
from domain.rules import SuspectRules
from domain.standing import Standing, Stands
from domain.visit_obligation_events import (
    EndFollower,
    MeetObligation,
    MissObligation,
    ObligationDelayed,
    ObligationEnded,
    ObligationMet,
    ObligationMissed,
    ObligationOpened,
    ObligationReassigned,
    ObligationReopened,
    ObligationTightened,
    OwedKind,
    PlanVisits,
    UnmeetObligation,
)


class ObligationState(StrEnum):
    NONE = "NONE"
    OWED = "OWED"
    OVERDUE = "OVERDUE"
    MET = "MET"
    ENDED = "ENDED"


def obligation_id(child_ref: UUID, kind: OwedKind, ordinal: int) -> UUID:
    """The id of a child's n-th obligation of a kind (from 1)."""
    return derived_id("visit_obligation", child_ref, kind, ordinal)


@dataclass(frozen=True, slots=True)
class Obligation:
    state: ObligationState = ObligationState.NONE
    about: Mapping[str, Any] = field(default_factory=dict)
    """What every later event repeats: child, kind, and who owes it."""
    tier: Tier = Tier.BASE
    counted_from: date | None = None
    renewal: bool = False
    due_at: datetime | None = None
    earlier: Mapping[str, date] = field(default_factory=dict)
    """Who owed it before, and until which day."""
    missed: bool = False
    met_by: UUID | None = None
    met_on: date | None = None

    @property
    def open(self) -> bool:
        return self.state in _OPEN


def _owed(kind: OwedKind, child: ChildFile, given: Given) -> bool:
    """Whether the child is owed such visits now."""
    if not child.village or not child.town:
        return False
    if kind is OwedKind.FOLLOW_UP:
        return child.follow_up_until is not None and given.today <= child.follow_up_until
    away = child.care is not None and child.care in given.rules.visits.not_while_in
    concerned = child.in_scope or (kind is OwedKind.VERIFICATION and child.refreshed)
    return concerned and not away and not _grown_up(child, given)


def _begins(command: PlanVisits, child: ChildFile) -> bool:
    """Whether it is owed from now on where it is not yet: a verification in a round, and from one
    to the next of a child whose data is refreshed in between."""
    return command.kind is not OwedKind.VERIFICATION or command.until is not None or child.refreshed


def _grown_up(child: ChildFile, given: Given) -> bool:
    """From the birthday's month on, as the day of birth is sealed; unknown counts as a child."""
    if child.birth_month is None:
        return False
    year, month = map(int, child.birth_month.split("-"))
    today = given.today
    return (today.year - year, today.month) >= (given.rules.visits.until_age, month)


D = TypeVar("D", bound=Command)


def _by_hub(
    decide: Callable[[Obligation, D, Given], list[Event]],
) -> Callable[[Obligation, D, Given], list[Event]]:
    """The decision, refused to everybody but the hub: what is owed follows from the child's file
    and from visits, and is nobody's to state."""

    def decided(state: Obligation, command: D, given: Given) -> list[Event]:
        if given.actor.organisation != HUB:
            raise Refused("VISITS_BY_HUB", "应走访由系统按儿童类别和走访记录核定，不能另行登记。")
        return decide(state, command, given)

    return decided


def _plan(state: Obligation, command: PlanVisits, given: Given) -> list[Event]:
    child: ChildFile = given.child or ChildFile()
    owed = _owed(command.kind, child, given)
    if command.until is not None and command.within not in (None, child.town):
        return []
    if command.put_off_from is not None:
        return _put_off(state, command) if owed else []
    if not state.open:
        return [_opened_for(command, child, given)] if owed and _begins(command, child) else []
    if not owed:
        return [ObligationEnded(**state.about)]
    events: list[Event] = []
    owner = _owner(child, given)
    about = {**state.about, "owner": owner}
    if owner != state.about["owner"]:
        events.append(
            ObligationReassigned(
                **about, town=child.town or "", before=state.about["owner"], since=given.today
            )
        )
    # What is overdue already cannot be made due earlier.
    owed_on = state.state is ObligationState.OWED
    due_at = state.due_at or given.now
    if owed_on and command.until is not None and end_of_day_utc(command.until) < due_at:
        due_at = end_of_day_utc(command.until)
        events.append(ObligationTightened(**about, tier=state.tier, due_at=due_at))
    elif owed_on and child.tier is Tier.ENHANCED and state.tier is Tier.BASE:
        due_at = min(_due(command.kind, child.tier, given.today, given), due_at)
        events.append(ObligationTightened(**about, tier=child.tier, due_at=due_at))
    return events


def _put_off(state: Obligation, command: PlanVisits) -> list[Event]:
    """Only what is owed by the round's old last day: who was verified is not asked for again."""
    by_the_round = command.put_off_from and state.due_at == end_of_day_utc(command.put_off_from)
    if state.state is not ObligationState.OWED or not by_the_round or command.until is None:
        return []
    return [ObligationDelayed(**state.about, due_at=end_of_day_utc(command.until))]


def _opened_for(command: PlanVisits, child: ChildFile, given: Given) -> ObligationOpened:
    counted_from = command.counted_from or given.today
    due_at = (
        _due(command.kind, child.tier, counted_from, given)
        if command.until is None
        else end_of_day_utc(command.until)
    )
    return ObligationOpened(
        child_ref=command.child_ref,
        kind=command.kind,
        owner=_owner(child, given),
        town=child.town or "",
        tier=child.tier,
        counted_from=counted_from,
        renewal=command.counted_from is not None,
        due_at=due_at,
    )


def _owner(child: ChildFile, given: Given) -> str:
    """The child's village; while its child director is away, the town. Where the suspect works in
    it or is related to it (利害关系单位), the next one, which sees to it that somebody else goes
    (policies/suspects.toml)."""
    suspects: SuspectRules = given.rules.suspects
    village = village_organisation(child.village or "")
    visits = town_of_village(village) if village in given.absent else village
    return suspects.nearest(visits, child.conflicted)


def _due(kind: OwedKind, tier: Tier, start: date, given: Given) -> datetime:
    term = given.rules.visits.cadence[kind].terms[tier]
    return end_of_day_utc(given.rules.last_day(term, start))


def _meet(state: Obligation, command: MeetObligation, given: Given) -> list[Event]:
    """Only whoever owes it meets it, and only by a visit later than the one it is counted from:
    an old visit sent late must not put the next one off, nor one day count twice. What owes it in
    the place of a village has another village's worker go. A conflicted village's own word that all
    is well meets nothing."""
    if not state.open or state.counted_from is None:
        return []
    if command.by in given.conflicted:
        return []
    day = command.happened_on
    if not _visits_for(state, command.by, day):
        return []
    if day < state.counted_from or (state.renewal and day == state.counted_from):
        return []
    late = state.due_at is not None and end_of_day_utc(day) > state.due_at
    return [ObligationMet(**state.about, happened_on=day, late=late, visit=command.visit)]


def _visits_for(state: Obligation, by: str, day: date) -> bool:
    owner = state.about["owner"]
    until = state.earlier.get(by)
    in_its_place = seat_of(owner) is not Seat.VILLAGE and seat_of(by) is Seat.VILLAGE
    return by == owner or in_its_place or (until is not None and day <= until)


def _unmeet(state: Obligation, command: UnmeetObligation, given: Given) -> list[Event]:
    """Only by the very visit that met it; what is owed no more is not owed again."""
    if state.state is not ObligationState.MET or state.met_by != command.visit:
        return []
    owed = _owed(command.kind, given.child or ChildFile(), given)
    if state.met_on == command.meets or state.due_at is None or not owed:
        return []
    return [ObligationReopened(**state.about, visit=command.visit, due_at=state.due_at)]


def _end_follower(state: Obligation, command: EndFollower, given: Given) -> list[Event]:
    return [ObligationEnded(**state.about)] if state.open else []


def _miss(state: Obligation, command: MissObligation, given: Given) -> list[Event]:
    if state.state is not ObligationState.OWED or state.due_at is None or given.now < state.due_at:
        return []
    if not _owed(state.about["kind"], given.child or ChildFile(), given):
        return [ObligationEnded(**state.about)]
    return [ObligationMissed(**state.about, due_at=state.due_at)]


def _opened(state: Obligation, event: ObligationOpened) -> Obligation:
    return Obligation(
        state=ObligationState.OWED,
        about={"child_ref": event.child_ref, "kind": event.kind, "owner": event.owner},
        tier=event.tier,
        counted_from=event.counted_from,
        renewal=event.renewal,
        due_at=event.due_at,
    )


def _tightened(state: Obligation, event: ObligationTightened) -> Obligation:
    return replace(state, tier=event.tier, due_at=event.due_at)


def _reassigned(state: Obligation, event: ObligationReassigned) -> Obligation:
    return replace(
        state,
        about={**state.about, "owner": event.owner},
        earlier={**state.earlier, event.before: event.since},
    )


def _met(state: Obligation, event: ObligationMet) -> Obligation:
    return replace(state, state=ObligationState.MET, met_by=event.visit, met_on=event.happened_on)


def _missed(state: Obligation, event: ObligationMissed) -> Obligation:
    return replace(state, state=ObligationState.OVERDUE, missed=True)


def _reopened(state: Obligation, event: ObligationReopened) -> Obligation:
    """What was missed before it was met is missed still, and is not missed a second time."""
    owed = ObligationState.OVERDUE if state.missed else ObligationState.OWED
    return replace(state, state=owed, met_by=None, met_on=None)


def _moves_to(to: ObligationState) -> Callable[[Obligation, Event], Obligation]:
    return lambda state, event: replace(state, state=to)


_Planned = PlanVisits | MeetObligation | UnmeetObligation | EndFollower


def _locate(command: _Planned, load: Callable[[UUID], Obligation]) -> UUID:
    """The one that is owed, else the last of its kind; where nothing is open and something is to be
    planned, the one after the last."""

    def nth(ordinal: int) -> UUID:
        return obligation_id(command.child_ref, command.kind, ordinal)

    @cache
    def state(ordinal: int) -> ObligationState:
        return load(nth(ordinal)).state

    last = _last(state)
    if isinstance(command, EndFollower):
        return nth(last) if nth(last) != command.reopened else nth(last + 1)
    at = last
    if isinstance(command, UnmeetObligation) and state(last) in _OPEN and last > 1:
        # What a visit met comes before what is owed since.
        at -= 1
    # One that is owed again is followed by those that ended with that.
    while at > 1 and state(at) is ObligationState.ENDED:
        at -= 1
    if isinstance(command, UnmeetObligation) or state(at) in _OPEN:
        return nth(at)
    follows = isinstance(command, PlanVisits) and state(last) in _OVER
    return nth(last + follows)


_OPEN = (ObligationState.OWED, ObligationState.OVERDUE)
_OVER = (ObligationState.MET, ObligationState.ENDED)


def _last(state: Callable[[int], ObligationState]) -> int:
    """The ordinal of the last obligation there is (1 where there is none). They follow each other
    without a gap, so that doubling and halving finds it in a few loads, however many years."""
    above = 1
    while state(above) is not ObligationState.NONE:
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        if state(middle) is not ObligationState.NONE:
            below = middle
        else:
            above = middle
    return max(below, 1)


VISIT_OBLIGATION: Stream[Obligation] = Stream(
    name="visit_obligation",
    initial=Obligation(),
    decide={
        PlanVisits: _by_hub(_plan),
        MeetObligation: _by_hub(_meet),
        UnmeetObligation: _by_hub(_unmeet),
        EndFollower: _by_hub(_end_follower),
        MissObligation: _by_hub(_miss),
    },
    evolve={
        ObligationOpened: _opened,
        ObligationTightened: _tightened,
        ObligationDelayed: lambda state, event: replace(state, due_at=event.due_at),
        ObligationReassigned: _reassigned,
        ObligationMet: _met,
        ObligationReopened: _reopened,
        ObligationMissed: _missed,
        ObligationEnded: _moves_to(ObligationState.ENDED),
    },
    locate=lambda command, load: (
        command.obligation if isinstance(command, MissObligation) else _locate(command, load)
    ),
    title="走访义务",
    states={
        ObligationState.OWED: "应走访",
        ObligationState.OVERDUE: "逾期未走访",
        ObligationState.MET: "已走访",
        ObligationState.ENDED: "不再应走访",
    },
    due=Due(
        starts={
            ObligationOpened: ("due_at",),
            ObligationTightened: ("due_at",),
            ObligationDelayed: ("due_at",),
            ObligationReopened: ("due_at",),
        },
        over=(ObligationMet, ObligationMissed, ObligationEnded),
        ask=lambda stream, facts: MissObligation(
            obligation=stream, child_ref=UUID(facts["child_ref"])
        ),
    ),
    stands=lambda state, rules: [Standing(Stands.VISIT_OWED)] if state.open else [],
)
