"""In the same append as a referral's event: its scope and its two clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.deadline import (
    CancelDeadline,
    HandOnDeadline,
    MeetDeadline,
    PauseDeadline,
    ResumeDeadline,
    SetDeadline,
)
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.referral import (
    REFERRAL_ENDED,
    ReferralAccepted,
    ReferralClosed,
    ReferralCompleted,
    ReferralConfined,
    ReferralEvent,
    ReferralFailed,
    ReferralHeld,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    ReferralRequested,
    ReferralResumed,
    ReferralReturned,
    ReferralVoided,
    ReferralWithdrawn,
)
from domain.rules import ACCEPT as ACCEPT
from domain.rules import ACCEPT_OFFER as ACCEPT_OFFER
from domain.rules import COMPLETE as COMPLETE
from domain.rules import CONFIRM as CONFIRM
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


@when(ReferralConfined, at_once=True)
def when_a_referral_is_confined_then_its_clocks_are(
    event: ReferralConfined, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Who is found to be conflicted by what it comes of is told by no ladder any more."""
    return [
        HandOnDeadline(
            subject_id=cause.originator_id,
            kind=kind,
            child_ref=event.child_ref,
            avoid=event.kept_from or (),
        )
        for kind in (ACCEPT, COMPLETE, ACCEPT_OFFER, CONFIRM)
    ]


@when(ReferralRequested, at_once=True)
def when_referral_requested_then_start_clocks(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    return _clocks(event, cause, anew=False)


def _clocks(
    event: ReferralRequested | ReferralReassigned, cause: Recorded, *, anew: bool
) -> list[Command]:
    item, danger = cause.originator_id, bool(event.immediate_danger)
    return [
        _clock(event, item, ACCEPT, event.accept_by, anew=anew, immediate_danger=danger),
        _clock(event, item, COMPLETE, event.complete_by, anew=anew),
    ]


def _clock(
    event: ReferralRequested | ReferralReassigned,
    referral_id: UUID,
    kind: str,
    due_at: datetime,
    *,
    anew: bool,
    immediate_danger: bool = False,
) -> SetDeadline:
    return SetDeadline(
        subject_id=referral_id,
        kind=kind,
        child_ref=event.child_ref,
        matter=event.matter,
        owner=event.addressee,
        town=event.town,
        due_at=due_at,
        rule=event.kind,
        anew=anew,
        immediate_danger=immediate_danger,
        kept_from=event.kept_from,
    )


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


@when(ReferralOffered, at_once=True)
def when_referral_offered_then_the_other_one_is_asked(
    event: ReferralOffered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """It sees what it is about, and has its own clock to answer by. It has no task yet: nothing
    can be stated by it, and the scope and clocks of whoever has it run on."""
    found: list[Command] = [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=ACCEPT_OFFER,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.offered_to,
            town=event.town,
            due_at=event.accept_by,
            rule=event.kind,
            anew=True,
            immediate_danger=bool(event.immediate_danger),
            kept_from=event.kept_from,
        )
    ]
    if event.shown and event.offered_to not in (event.kept_from or ()):
        shown = OpenScope(
            organisation=event.offered_to,
            child_ref=event.child_ref,
            item=event.item,
            basis=ScopeBasis.MOVE,
            categories=event.shown,
        )
        return [shown, *found]
    return found


@when(ReferralOfferDeclined, at_once=True)
def when_offer_is_over_then_the_other_one_sees_nothing_more(
    event: ReferralOfferDeclined, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CloseScope(organisation=event.offered_to, child_ref=event.child_ref, item=event.item),
        CancelDeadline(subject_id=cause.originator_id, kind=ACCEPT_OFFER),
    ]


@when(ReferralMoved, at_once=True)
def when_referral_moved_then_scope_and_clocks_move(
    event: ReferralMoved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """移交完成: the new one has accepted, and sees all of it from here on; the former's scope ends
    in the same append, and the day by which it is to be done goes with the task."""
    item, child = cause.originator_id, event.child_ref
    found: list[Command] = [
        CloseScope(organisation=event.addressee, child_ref=child, item=event.item),
        CloseScope(organisation=event.former, child_ref=child, item=item),
    ]
    if event.release:
        found.append(
            OpenScope(
                organisation=event.addressee,
                child_ref=child,
                item=item,
                basis=ScopeBasis.TASK,
                categories=event.release,
            )
        )
    return [
        *found,
        MeetDeadline(subject_id=item, kind=ACCEPT_OFFER),
        # Where the former had not accepted it, somebody has now.
        MeetDeadline(subject_id=item, kind=ACCEPT),
        # One that is met or cancelled stays so: what was decided in time is not owed anew.
        HandOnDeadline(subject_id=item, kind=COMPLETE, child_ref=child, to=event.addressee),
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


@when(ReferralHeld, at_once=True)
def when_referral_held_then_its_clock_stands(
    event: ReferralHeld, cause: Recorded, places: Places
) -> Sequence[Command]:
    """暂缓: what it has left, it has left when it goes on. One that is late already stays late."""
    return [PauseDeadline(subject_id=cause.originator_id, kind=COMPLETE, reason=event.held_for)]


@when(ReferralResumed, at_once=True)
def when_referral_resumed_then_its_clock_runs_on(
    event: ReferralResumed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [ResumeDeadline(subject_id=cause.originator_id, kind=COMPLETE)]


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


@when(ReferralCompleted, ReferralFailed, at_once=True)
def when_referral_answered_then_its_sender_is_to_confirm(
    event: ReferralCompleted | ReferralFailed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Where a person opened it: what came of it is not to lie unread."""
    if event.confirm_by is None:
        return []
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=CONFIRM,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.sender,
            town=None,
            due_at=event.confirm_by,
        )
    ]


@when(ReferralClosed, at_once=True)
def when_referral_closed_then_the_confirmation_is_met(
    event: ReferralClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=CONFIRM)]


@when(ReferralReturned, ReferralWithdrawn, ReferralVoided, at_once=True)
def when_referral_returned_or_withdrawn_then_stop_clocks(
    event: ReferralEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=k) for k in (ACCEPT, COMPLETE)]
