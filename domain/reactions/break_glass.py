"""In the same append as break-glass (紧急调阅): its scope, the lead's notice, the review."""

from __future__ import annotations

from collections.abc import Sequence

from domain.break_glass import (
    NOTICE,
    REVIEW,
    BreakGlassEnded,
    BreakGlassNotified,
    BreakGlassOpened,
    BreakGlassReviewed,
)
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded, derived_id
from domain.organisations import HUB
from domain.reactions.kernel import Places, when
from domain.referral import RequestReferral
from domain.scope import CloseScope, OpenScope, ScopeBasis


@when(BreakGlassOpened, at_once=True)
def when_glass_broken_then_open_scope(
    event: BreakGlassOpened, cause: Recorded, places: Places
) -> Sequence[Command]:
    """It opens at once. Where nobody was found there is nothing to open, and all else is alike."""
    if event.named is None:
        return []
    return [
        OpenScope(
            organisation=event.organisation,
            child_ref=event.named,
            item=cause.originator_id,
            basis=ScopeBasis.BREAK_GLASS,
            categories=event.categories,
            until=event.due_at,
        )
    ]


@when(BreakGlassNotified, at_once=True)
def when_glass_broken_then_the_lead_is_told_and_the_review_is_owed(
    event: BreakGlassNotified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The hub itself refers: whoever looked can withdraw nothing of it. Notice and clock stand
    under the access, so that nobody else who may see the child learns that somebody looked."""
    access = cause.originator_id
    found: list[Command] = [
        RequestReferral(
            referral_id=derived_id("referral", cause.header.event_id, NOTICE, event.told_to),
            child_ref=access,
            case_id=access,
            kind=NOTICE,
            sender=HUB,
            addressee=event.told_to,
            town=None,
        )
    ]
    if event.review_by is not None:
        found.append(
            SetDeadline(
                subject_id=access,
                kind=REVIEW,
                child_ref=access,
                matter=event.CATEGORY,
                owner=event.told_to,
                town=None,
                due_at=event.review_by,
            )
        )
    return found


@when(BreakGlassEnded, at_once=True)
def when_glass_mended_then_close_scope(
    event: BreakGlassEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.named is None:
        return []
    return [
        CloseScope(organisation=event.organisation, child_ref=event.named, item=cause.originator_id)
    ]


@when(BreakGlassReviewed, at_once=True)
def when_glass_reviewed_then_the_review_is_met(
    event: BreakGlassReviewed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=REVIEW)]
