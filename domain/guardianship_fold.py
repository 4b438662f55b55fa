"""What each event of a guardianship case (监护个案) leads to, and what of it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from domain.guardianship_care import (
    EmergencyCareBegun,
    EmergencyCareEnded,
    GuardianshipRestored,
    RevocationDecided,
    RevocationSought,
)
from domain.guardianship_codes import Proposed
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
from domain.guardianship_state import (
    GuardianshipCase,
    GuardianshipState,
    Proposal,
    Revoked,
    state_after,
)
from domain.kernel import Event
from domain.standing import Standing, Stands


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
    cared_for = state.placed or state.emergency_since is not None
    found = [Standing(Stands.IN_CARE)] if cared_for else []
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
    if state.state is GuardianshipState.CLOSED:
        return moved
    return replace(moved, returned_on=event.returned_on, placed=False)


def _placement_over(state: GuardianshipCase, event: PlacementEnded) -> GuardianshipCase:
    return replace(_moved(state, event), placed=False)


def _cared_for(state: GuardianshipCase, event: EmergencyCareBegun) -> GuardianshipCase:
    if not event.current:
        return state
    closed = state.state is GuardianshipState.CLOSED
    begun = None if closed or state.placed else event.begun_on
    return replace(_moved(state, event), emergency_since=begun)


def _cared_for_no_more(state: GuardianshipCase, event: EmergencyCareEnded) -> GuardianshipCase:
    return replace(_moved(state, event), emergency_since=None)


def _sought(state: GuardianshipCase, event: RevocationSought) -> GuardianshipCase:
    if not event.current:
        return state
    return replace(_moved(state, event), seeking=True)


def _ruled(state: GuardianshipCase, event: RevocationDecided) -> GuardianshipCase:
    if not event.current:
        return state
    revoked = Revoked() if event.granted else state.revoked
    return replace(_moved(state, event), seeking=False, revoked=revoked)


def _restored(state: GuardianshipCase, event: GuardianshipRestored) -> GuardianshipCase:
    revoked = replace(state.revoked, restored=True) if state.revoked else None
    return replace(_moved(state, event), revoked=revoked)


def _longer(state: GuardianshipCase, event: FollowUpExtended) -> GuardianshipCase:
    return replace(_moved(state, event), follow_up_until=event.until)


def _placed(state: GuardianshipCase, event: ChildPlaced) -> GuardianshipCase:
    """What was assessed before this placement says nothing about a return from it."""
    if not event.current:
        return state
    return replace(
        _moved(state, event),
        placed=True,
        emergency_since=None,
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
    PlacementEnded: _placement_over,
    EmergencyCareBegun: _cared_for,
    EmergencyCareEnded: _cared_for_no_more,
    RevocationSought: _sought,
    RevocationDecided: _ruled,
    GuardianshipRestored: _restored,
    GuardianshipCaseClosed: _decided,
}
