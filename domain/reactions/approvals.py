"""What is put forward for another person to decide (审批) is decided in time."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.guardianship_approval import CLOCKS
from domain.guardianship_codes import Proposed
from domain.guardianship_events import (
    AssessmentApproved,
    AssessmentRecorded,
    ClosingProposed,
    GuardianshipCaseClosed,
    ProposalRejected,
)
from domain.kernel import Category, Command, Recorded, derived_id
from domain.reactions.kernel import Places, when

PutUp = AssessmentRecorded | ClosingProposed
Decided = AssessmentApproved | GuardianshipCaseClosed | ProposalRejected


def proposal_id(case: UUID, put_up_by: str, proposal: int) -> UUID:
    """What the clock of an organisation's n-th proposal in a case runs on."""
    return derived_id("proposal", case, put_up_by, proposal)


@when(AssessmentRecorded, ClosingProposed, at_once=True)
def when_something_is_put_forward_then_it_is_decided_in_time(
    event: PutUp, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By the organisation that put it forward; what it replaces needs no decision any more."""
    if event.decide_by is None:
        return []
    what = Proposed.ASSESSMENT if isinstance(event, AssessmentRecorded) else Proposed.CLOSING
    case, ours = cause.originator_id, event.put_up_by
    replaced = [
        CancelDeadline(subject_id=proposal_id(case, ours, event.replaces), kind=CLOCKS[what])
    ]
    return [
        *(replaced if event.replaces else []),
        SetDeadline(
            subject_id=proposal_id(case, ours, event.proposal),
            kind=CLOCKS[what],
            child_ref=event.child_ref,
            matter=Category.GUARDIANSHIP,
            owner=ours,
            town=None,
            due_at=event.decide_by,
        ),
    ]


@when(AssessmentApproved, GuardianshipCaseClosed, ProposalRejected, at_once=True)
def when_it_is_decided_then_that_clock_is_met(
    event: Decided, cause: Recorded, places: Places
) -> Sequence[Command]:
    if not event.proposal:
        return []
    if isinstance(event, ProposalRejected):
        what = event.what
    else:
        approved = isinstance(event, AssessmentApproved)
        what = Proposed.ASSESSMENT if approved else Proposed.CLOSING
    subject = proposal_id(cause.originator_id, event.put_up_by, event.proposal)
    return [MeetDeadline(subject_id=subject, kind=CLOCKS[what])]
