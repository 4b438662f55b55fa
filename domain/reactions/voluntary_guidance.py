"""The clock of voluntary guidance (家庭教育指导服务), and who is asked to give it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded, derived_id
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral
from domain.voluntary_guidance import (
    AGAIN,
    GIVE,
    NEXT,
    CourseEnded,
    CourseEvent,
    CourseSessionHeld,
    GuidanceOffered,
)


def giving_task(course: UUID, ordinal: int) -> UUID:
    """The referral by which the n-th accepted offer (from 1) asks somebody to give it."""
    return derived_id("referral", GIVE, course, ordinal)


def _clock(event: CourseEvent, course: UUID, owner: str, due_at: datetime) -> SetDeadline:
    return SetDeadline(
        subject_id=course,
        kind=NEXT,
        child_ref=event.child_ref,
        matter=event.matter,
        owner=owner,
        town=event.town,
        due_at=due_at,
        anew=True,
    )


@when(GuidanceOffered, CourseSessionHeld, at_once=True)
def when_guidance_goes_on_then_the_next_session_is_awaited(
    event: GuidanceOffered | CourseSessionHeld, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Of who gives it, until the course is over."""
    giver = cause.header.actor.organisation
    if isinstance(event, GuidanceOffered):
        if not event.accepted:
            return []
        giver = event.told_to
    if event.due_at is None:
        return []
    course = cause.originator_id
    return [
        MeetDeadline(subject_id=course, kind=NEXT),
        _clock(event, course, giver, event.due_at),
    ]


@when(GuidanceOffered, at_once=True)
def when_guidance_is_offered_then_what_was_declined_is_offered_again(
    event: GuidanceOffered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Of who offered it, once: it is voluntary, and what they decline again is left to them."""
    offers = derived_id(AGAIN, event.child_ref, event.offered_by)
    found: list[Command] = [MeetDeadline(subject_id=offers, kind=AGAIN)]
    if event.due_at is not None and not event.accepted:
        clock = _clock(event, offers, event.offered_by, event.due_at)
        found.append(clock.model_copy(update={"kind": AGAIN}))
    return found


@when(CourseEnded, at_once=True)
def when_a_course_ends_then_no_session_is_awaited(
    event: CourseEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=NEXT)]


# Afterwards, from the log


@when(GuidanceOffered)
def when_somebody_else_gives_the_guidance_then_it_is_asked(
    event: GuidanceOffered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """妇联 and others; who gives it itself asks nobody."""
    if event.due_at is None or not event.accepted or event.told_to == event.offered_by:
        return []
    course = cause.originator_id
    return [
        refer(
            cause,
            GIVE,
            event.told_to,
            case=course,
            sender=event.offered_by,
            town=event.town,
            referral_id=giving_task(course, event.asked),
        )
    ]


@when(CourseEnded)
def when_a_course_ends_then_its_task_is_answered(
    event: CourseEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The record answers it, and no click."""
    return [
        CompleteReferral(
            referral_id=giving_task(cause.originator_id, each),
            outcome=event.result,
            happened_on=event.ended_on,
        )
        for each in range(1, event.asked + 1)
    ]
