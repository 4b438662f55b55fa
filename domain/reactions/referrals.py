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
    ReferralReassigned,
    ReferralRequested,
    ReferralReturned,
    ReferralWithdrawn,
)
from domain.rules import ACCEPT as ACCEPT
from domain.rules import COMPLETE as COMPLETE
from domain.scope import CloseScope, OpenScope, ScopeBasis, WidenScope


@when(ReferralRequested, at_once=True)
def when_referral_requested_then_open_scope(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The addressee sees reason and town, and what the kind shows at once; with acceptance its
    whole release set, until the task closes."""
    return _opening(event, cause)


def _opening(event: ReferralRequested | ReferralReassigned, cause: Recorded) -> list[Command]:
    if not event.release:
        return []
    shown = event.release if event.at_once is None else event.at_once
    return [
        OpenScope(
            organisation=event.addressee,
            child_ref=event.child_ref,
            item=cause.originator_id,
            basis=ScopeBasis.TASK,
            categories=shown,
            on_acceptance=tuple(each for each in event.release if each not in shown),
        )
    ]


@when(ReferralRequested, at_once=True)
def when_referral_requested_then_start_clocks(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    return _clocks(event, cause, anew=False)


def _clocks(
    event: ReferralRequested | ReferralReassigned, cause: Recorded, *, anew: bool
) -> list[Command]:
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
            rule=event.kind,
            anew=anew,
        )
        for kind, due_at in clocks
    ]


@when(ReferralReassigned, at_once=True)
def when_referral_reassigned_then_scope_and_clocks_move(
    event: ReferralReassigned, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The former addressee's scope ends where the new one's begins; so do its clocks."""
    item = cause.originator_id
    return [
        CloseScope(organisation=event.former, child_ref=event.child_ref, item=item),
        *_opening(event, cause),
        *(CancelDeadline(subject_id=item, kind=kind) for kind in (ACCEPT, COMPLETE)),
        *_clocks(event, cause, anew=True),
    ]


@when(ReferralAccepted, at_once=True)
def when_referral_accepted_then_widen_scope(
    event: ReferralAccepted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """签收: from here on the whole release set."""
    return [
        WidenScope(
            organisation=event.addressee, child_ref=event.child_ref, item=cause.originator_id
        )
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
