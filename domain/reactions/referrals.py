"""In the same append as a referral's event: its scope and its two clocks."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.referral import (
    REFERRAL_ENDED,
    ReferralAccepted,
    ReferralCompleted,
    ReferralEvent,
    ReferralFailed,
    ReferralRequested,
    ReferralReturned,
    ReferralWithdrawn,
)
from domain.scope import CloseScope, OpenScope, ScopeBasis

ACCEPT = "accept"
COMPLETE = "complete"


@when(ReferralRequested, at_once=True)
def when_referral_requested_then_open_scope(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The addressee sees the kind's release set from here until the task closes."""
    if not event.release:
        return []
    return [
        OpenScope(
            organisation=event.addressee,
            child_ref=event.child_ref,
            item=cause.originator_id,
            basis=ScopeBasis.TASK,
            categories=event.release,
        )
    ]


@when(ReferralRequested, at_once=True)
def when_referral_requested_then_start_clocks(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    clocks = ((ACCEPT, event.accept_by), (COMPLETE, event.complete_by))
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=kind,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.addressee,
            town=event.town,
            due_at=due_at,
        )
        for kind, due_at in clocks
    ]


@when(ReferralAccepted, at_once=True)
def when_referral_accepted_then_acceptance_is_met(
    event: ReferralAccepted, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=ACCEPT)]


@when(*REFERRAL_ENDED, at_once=True)
def when_referral_ended_then_close_scope(
    event: ReferralEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A task's scope lives exactly as long as the task."""
    return [
        CloseScope(
            organisation=event.addressee, child_ref=event.child_ref, item=cause.originator_id
        )
    ]


@when(ReferralCompleted, ReferralFailed, at_once=True)
def when_referral_answered_then_clock_is_met(
    event: ReferralEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=COMPLETE)]


@when(ReferralReturned, ReferralWithdrawn, at_once=True)
def when_referral_returned_or_withdrawn_then_stop_clocks(
    event: ReferralEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=k) for k in (ACCEPT, COMPLETE)]
