"""The rungs of a guardianship case (监护个案), as its events lead to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.guardianship_codes import Conclusion, Proposed
from domain.guardianship_events import (
    AdmonitionRecorded,
    AssessmentApproved,
    AssessmentNeeded,
    AssessmentRecorded,
    ChildPlaced,
    ChildReturnedHome,
    ClosingProposed,
    DissuasionRecorded,
    FollowUpExtended,
    GuardianshipCaseClosed,
    GuidanceOrdered,
    ParentSearchConcluded,
    PlacementEnded,
    PoliceInformed,
    ProposalRejected,
)
from domain.kernel import Event
from domain.standing import Standing, Stands


class GuardianshipState(StrEnum):
    """The rungs carried so far (domain reference §4)."""

    NONE = "NONE"
    DISSUADED = "DISSUADED"
    POLICE_REPORTED = "POLICE_REPORTED"
    ADMONISHED = "ADMONISHED"
    GUIDANCE_ORDERED = "GUIDANCE_ORDERED"
    ASSESSING = "ASSESSING"
    HOME_SUPPORT = "HOME_SUPPORT"
    TEMP_GUARDIANSHIP = "TEMP_GUARDIANSHIP"
    RETURNED_FOLLOWUP = "RETURNED_FOLLOWUP"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody put forward and another person is to decide. ``placement``: how often the child
    had been placed by then; ``corrected``: it restates what was decided before."""

    what: Proposed
    author: str
    placement: int
    corrected: bool = False
    assessed_on: date | None = None
    conclusion: Conclusion | None = None
    follow_up_months: int | None = None


@dataclass(frozen=True, slots=True)
class GuardianshipCase:
    state: GuardianshipState = GuardianshipState.NONE
    admonitions: int = 0
    police_told: frozenset[date] = frozenset()
    assessment_asked: bool = False
    placements: int = 0
    care: ChildPlaced | None = None
    """The newest placement as it stands: who cares, and its clocks."""
    stays: int = 0
    """How often an institution took the child in: each time is a task of its own."""
    follow_up_until: date | None = None
    """Set while the newest assessment says that the placed child can go home."""
    assessed_on: date | None = None
    """The day of that assessment, whatever it says."""
    child_ref: UUID | None = None
    pending: Mapping[tuple[str, int], Proposal] = field(default_factory=dict)
    """What awaits a decision, by the organisation that put it forward and its number there."""
    proposals: Mapping[str, int] = field(default_factory=dict)
    """How many each organisation has put forward: one is never told of another's by its number."""
    follow_up_months: int | None = None
    """For how long the child is followed up from its return on, where that was chosen for it."""
    returned_on: date | None = None
    orders: Mapping[str, date] = field(default_factory=dict)
    """By kind (训诫, 告诫书, 督促监护令, 家庭教育指导令) the day on which the newest was served."""

    @property
    def open(self) -> bool:
        return self.state not in (GuardianshipState.NONE, GuardianshipState.CLOSED)

    @property
    def placed(self) -> bool:
        return self.state is GuardianshipState.TEMP_GUARDIANSHIP


def state_after(
    state: GuardianshipState, topic: str, facts: Mapping[str, Any]
) -> GuardianshipState:
    """The rung that an event leads to, by its topic and clear facts: for the fold here and for
    every view. A lower rung stated later is no step down, and what is corrected in a closed case
    leaves it closed."""
    reached = _reached(topic, facts)
    if topic == AssessmentRecorded.TOPIC and facts.get("awaits"):
        # Somebody is assessing, whatever comes of it; nothing that was reached is undone by that.
        return GuardianshipState.ASSESSING if state is GuardianshipState.NONE else state
    if reached is None or state is GuardianshipState.CLOSED:
        return state
    if reached in _WHEREVER_IT_STOOD:
        return reached
    return reached if _RANK[reached] >= _RANK[state] else state


def _reached(topic: str, facts: Mapping[str, Any]) -> GuardianshipState | None:
    if topic == AdmonitionRecorded.TOPIC and facts.get("guidance_ordered"):
        return GuardianshipState.GUIDANCE_ORDERED
    if topic in _ASSESSED:
        return _STATE_OF_CONCLUSION.get(facts.get("conclusion", ""))
    if topic == ChildPlaced.TOPIC and not facts.get("current"):
        return None
    return _STATE_OF_TOPIC.get(topic)


_ASSESSED = (AssessmentRecorded.TOPIC, AssessmentApproved.TOPIC)

_STATE_OF_TOPIC = {
    DissuasionRecorded.TOPIC: GuardianshipState.DISSUADED,
    PoliceInformed.TOPIC: GuardianshipState.POLICE_REPORTED,
    AdmonitionRecorded.TOPIC: GuardianshipState.ADMONISHED,
    GuidanceOrdered.TOPIC: GuardianshipState.GUIDANCE_ORDERED,
    AssessmentNeeded.TOPIC: GuardianshipState.ASSESSING,
    ChildPlaced.TOPIC: GuardianshipState.TEMP_GUARDIANSHIP,
    ChildReturnedHome.TOPIC: GuardianshipState.RETURNED_FOLLOWUP,
    GuardianshipCaseClosed.TOPIC: GuardianshipState.CLOSED,
}

_STATE_OF_CONCLUSION = {
    Conclusion.HOME_SUPPORT: GuardianshipState.HOME_SUPPORT,
    Conclusion.PLACE: GuardianshipState.ASSESSING,
}
"""A child to be placed is assessed until it is; whether it can go home changes no rung."""

_WHEREVER_IT_STOOD = (
    GuardianshipState.TEMP_GUARDIANSHIP,
    GuardianshipState.RETURNED_FOLLOWUP,
    GuardianshipState.CLOSED,
)

# A later assessment takes the place of an earlier one.
_RANK = {state: rank for rank, state in enumerate(GuardianshipState)} | {
    GuardianshipState.HOME_SUPPORT: list(GuardianshipState).index(GuardianshipState.ASSESSING)
}


def _moved(state: GuardianshipCase, event: Event) -> GuardianshipCase:
    reached = state_after(state.state, event.TOPIC, vars(event))
    return replace(state, state=reached, child_ref=event.subject)


def _told_police(state: GuardianshipCase, event: PoliceInformed) -> GuardianshipCase:
    return replace(_moved(state, event), police_told=state.police_told | {event.dissuaded_on})


def _admonished(state: GuardianshipCase, event: AdmonitionRecorded) -> GuardianshipCase:
    moved = replace(_moved(state, event), admonitions=event.ordinal)
    return _served(moved, ADMONITION, event.served_on)


ADMONITION = "ADMONITION"
"""训诫, beside the kinds of guidance order, in what is in force (policies/erasure.toml)."""


def _ordered(state: GuardianshipCase, event: GuidanceOrdered) -> GuardianshipCase:
    return _served(_moved(state, event), event.order.value, event.served_on)


def _served(state: GuardianshipCase, kind: str, served_on: date) -> GuardianshipCase:
    newest = max(served_on, state.orders.get(kind, served_on))
    return replace(state, orders={**state.orders, kind: newest})


def stands(state: GuardianshipCase, rules: Any) -> list[Standing]:
    """An open case, a child in care, and every order that is in force, whatever became of the
    case."""
    found = [Standing(Stands.IN_CARE)] if state.placed else []
    found += [Standing(Stands.OPEN_CASE)] if state.open else []
    for kind, served_on in state.orders.items():
        term = rules.erasure.orders.get(kind)
        # An order of whose end no rule tells is in force.
        until = rules.last_day(term, served_on) + timedelta(days=1) if term else None
        found.append(Standing(Stands.ORDER_IN_FORCE, until))
    return found


def _asked(state: GuardianshipCase, event: AssessmentNeeded) -> GuardianshipCase:
    return replace(_moved(state, event), assessment_asked=True)


def _assessed(
    state: GuardianshipCase, event: AssessmentRecorded | AssessmentApproved
) -> GuardianshipCase:
    moved = _moved(state, event)
    if isinstance(event, AssessmentRecorded) and event.awaits:
        proposal = Proposal(
            Proposed.ASSESSMENT,
            event.prepared_by,
            state.placements,
            event.corrected,
            event.assessed_on,
            event.conclusion,
            event.follow_up_months,
        )
        return _put_up(moved, event, proposal)
    if isinstance(event, AssessmentApproved):
        moved = _decided(moved, event)
    if not event.decides_return:
        return moved
    return replace(
        moved,
        follow_up_until=event.follow_up_until,
        follow_up_months=event.follow_up_months,
        assessed_on=event.assessed_on,
    )


def _put_up(
    state: GuardianshipCase, event: AssessmentRecorded | ClosingProposed, proposal: Proposal
) -> GuardianshipCase:
    number = (event.put_up_by, event.proposal)
    kept = {each: p for each, p in state.pending.items() if each != (number[0], event.replaces)}
    return replace(
        state,
        pending={**kept, number: proposal},
        proposals={**state.proposals, event.put_up_by: event.proposal},
    )


def _closing_put_up(state: GuardianshipCase, event: ClosingProposed) -> GuardianshipCase:
    proposal = Proposal(Proposed.CLOSING, event.prepared_by, state.placements, event.corrected)
    return _put_up(_moved(state, event), event, proposal)


def _decided(
    state: GuardianshipCase, event: AssessmentApproved | ProposalRejected | GuardianshipCaseClosed
) -> GuardianshipCase:
    decided = (event.put_up_by, event.proposal)
    kept = {each: p for each, p in state.pending.items() if each != decided}
    return replace(_moved(state, event), pending=kept)


def _home_again(state: GuardianshipCase, event: ChildReturnedHome) -> GuardianshipCase:
    until = event.follow_up_until or state.follow_up_until
    moved = replace(_moved(state, event), follow_up_until=until)
    return replace(moved, returned_on=event.returned_on)


def _longer(state: GuardianshipCase, event: FollowUpExtended) -> GuardianshipCase:
    return replace(_moved(state, event), follow_up_until=event.until)


def _placed(state: GuardianshipCase, event: ChildPlaced) -> GuardianshipCase:
    """What was assessed before this placement says nothing about a return from it."""
    if not event.current:
        return state
    return replace(
        _moved(state, event),
        placements=event.placement,
        stays=event.stays,
        # The sealed fields are nobody's to decide by.
        care=event.model_copy(update=dict.fromkeys(event.SENSITIVE)),
        follow_up_until=None if event.begins else state.follow_up_until,
        assessed_on=None if event.begins else state.assessed_on,
    )


EVOLVE: Mapping[type[Event], Callable[[Any, Any], GuardianshipCase]] = {
    DissuasionRecorded: _moved,
    PoliceInformed: _told_police,
    AdmonitionRecorded: _admonished,
    GuidanceOrdered: _ordered,
    AssessmentNeeded: _asked,
    AssessmentRecorded: _assessed,
    ChildPlaced: _placed,
    ParentSearchConcluded: _moved,
    ChildReturnedHome: _home_again,
    AssessmentApproved: _assessed,
    ClosingProposed: _closing_put_up,
    ProposalRejected: _decided,
    FollowUpExtended: _longer,
    PlacementEnded: _moved,
    GuardianshipCaseClosed: _decided,
}
