"""Together with what decides on visits: who owes a child which visit, and what meets it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.child_file import (
    ChildClassified,
    FollowUpEnded,
    FollowUpListed,
    HomeAgainNoted,
    PlacementNoted,
    ResidenceConfirmed,
    TierComputed,
)
from domain.kernel import Command, Event, Recorded
from domain.leaving import DistrictLeft
from domain.merged_file import ResidenceWithdrawn
from domain.reactions.kernel import Places, when
from domain.suspicion import SuspicionNoted
from domain.visit import VisitKind, VisitRecorded
from domain.visit_obligation_events import (
    EndFollower,
    MeetObligation,
    ObligationMet,
    ObligationReopened,
    OwedKind,
    PlanVisits,
    UnmeetObligation,
)


@when(
    ChildClassified,
    ResidenceConfirmed,
    ResidenceWithdrawn,
    DistrictLeft,
    TierComputed,
    FollowUpListed,
    FollowUpEnded,
    PlacementNoted,
    HomeAgainNoted,
    at_once=True,
)
def when_child_in_scope_changes_then_plan_visits(
    event: Event, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3: 儿童主任至少每月联系一次、每两月入户走访一次. What is owed follows from the child's
    file; the decision finds what of it has changed."""
    return [PlanVisits(child_ref=cause.subject, kind=kind) for kind in OwedKind]


@when(SuspicionNoted)
def when_somebody_is_conflicted_then_the_visits_are_the_next_ones(
    event: SuspicionNoted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """回避, and back once it is cleared. Afterwards, so that the receipt of whoever reports does
    not tell whether the child is one that is visited."""
    return [PlanVisits(child_ref=event.child_ref, kind=kind) for kind in OwedKind]


@when(VisitRecorded, at_once=True)
def when_a_visit_is_corrected_then_what_it_met_is_owed_again(
    event: VisitRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未见到人, or another day: the plan's cadence (二3, P19) goes on as if it had not been made.
    Carried out before what follows, so that what the corrected visit does meet it meets."""
    if cause.header.supersedes is None:
        return []
    return [
        UnmeetObligation(
            child_ref=event.child_ref,
            kind=OwedKind(kind),
            visit=cause.originator_id,
            meets=event.visited_on if kind in event.meets else None,
        )
        for kind in VisitKind
    ]


@when(ObligationReopened, at_once=True)
def when_an_obligation_is_owed_again_then_the_one_after_it_ends(
    event: ObligationReopened, cause: Recorded, places: Places
) -> Sequence[Command]:
    """And whoever is to visit by now, and in which tier, is seen to anew."""
    return [
        EndFollower(child_ref=event.child_ref, kind=event.kind, reopened=cause.originator_id),
        PlanVisits(child_ref=event.child_ref, kind=event.kind),
    ]


@when(VisitRecorded, at_once=True)
def when_visit_recorded_then_obligations_are_met(
    event: VisitRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A home visit is a contact as well; a call never counts as a visit."""
    return [
        MeetObligation(
            child_ref=event.child_ref,
            kind=OwedKind(kind),
            happened_on=event.visited_on,
            by=cause.header.actor.organisation,
            visit=cause.originator_id,
        )
        for kind in event.meets
    ]


@when(ObligationMet, at_once=True)
def when_obligation_met_then_the_next_is_owed(
    event: ObligationMet, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Windows roll: the next is counted from the visit itself, not from its entry."""
    return [PlanVisits(child_ref=event.child_ref, kind=event.kind, counted_from=event.happened_on)]
