"""With each step of help with work goes the clock of the next one, and what human resources see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.job_codes import JobStep
from domain.job_help import (
    ACCEPT,
    CONTACT,
    FOLLOW_UP,
    HELPER,
    OFFER,
    RESULT,
    JobHelpAnswered,
    JobHelpEnded,
    JobHelpSent,
)
from domain.job_wish import SEND, JobWishForwarded, JobWishStated, JobWishWithdrawn
from domain.kernel import Category, Command, Recorded
from domain.reactions.kernel import Places, when
from domain.scope import CloseScope, OpenScope, ScopeBasis

_MET = {
    JobStep.ACCEPTED: ACCEPT,
    JobStep.CONTACTED: CONTACT,
    JobStep.OFFERED: OFFER,
    JobStep.PLACED: RESULT,
    JobStep.TRAINED: RESULT,
    JobStep.NOT_PLACED: RESULT,
    JobStep.FOLLOWED_UP: FOLLOW_UP,
}
_NEXT = {
    JobStep.ACCEPTED: CONTACT,
    JobStep.CONTACTED: OFFER,
    JobStep.OFFERED: RESULT,
    JobStep.PLACED: FOLLOW_UP,
    JobStep.TRAINED: FOLLOW_UP,
    JobStep.NOT_PLACED: FOLLOW_UP,
}
_CLOCKS = (ACCEPT, CONTACT, OFFER, RESULT, FOLLOW_UP)


def _clock(cause: Recorded, kind: str, town: str, due_at: datetime) -> SetDeadline:
    return SetDeadline(
        subject_id=cause.originator_id,
        kind=kind,
        child_ref=cause.originator_id,
        matter=Category.CONTACT,
        owner=HELPER,
        town=town,
        due_at=due_at,
        anew=True,
    )


def _closed(cause: Recorded) -> CloseScope:
    help_id = cause.originator_id
    return CloseScope(organisation=HELPER, child_ref=help_id, item=help_id)


@when(JobHelpSent, at_once=True)
def when_job_help_is_sent_then_human_resources_see_the_adults_own_record(
    event: JobHelpSent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The scope is of the adult's record, of no child, and ends with the consent."""
    if event.accept_by is None:
        return []
    return [
        OpenScope(
            organisation=HELPER,
            child_ref=cause.originator_id,
            item=cause.originator_id,
            basis=ScopeBasis.TASK,
            categories=(Category.CONTACT,),
            until=event.expires_at,
        ),
        _clock(cause, ACCEPT, event.town, event.accept_by),
    ]


@when(JobHelpAnswered, at_once=True)
def when_human_resources_answer_then_the_next_step_is_awaited(
    event: JobHelpAnswered, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.corrected:
        return []
    step = event.job_step
    found: list[Command] = [MeetDeadline(subject_id=cause.originator_id, kind=_MET[step])]
    if step in (JobStep.PLACED, JobStep.TRAINED, JobStep.NOT_PLACED):
        # A result without an offer on record: nothing more is to be offered.
        found.append(CancelDeadline(subject_id=cause.originator_id, kind=OFFER))
    if event.due_at is not None:
        found.append(_clock(cause, _NEXT[step], event.town, event.due_at))
    if step is JobStep.FOLLOWED_UP:
        found.append(_closed(cause))
    return found


@when(JobHelpEnded, at_once=True)
def when_job_help_ends_then_the_adult_is_withdrawn_from_human_resources_view(
    event: JobHelpEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """In the same append: who declines is not looked up by anybody from then on."""
    clocks = [CancelDeadline(subject_id=cause.originator_id, kind=each) for each in _CLOCKS]
    return [_closed(cause), *clocks]


@when(JobWishStated, at_once=True)
def when_a_wish_for_work_is_stated_then_the_station_sends_it_on(
    event: JobWishStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.send_by is None:
        return []
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=SEND,
            child_ref=event.child_ref,
            matter=Category.MEANS,
            owner=event.told_to,
            town=places.town_of(event.told_to),
            due_at=event.send_by,
        )
    ]


@when(JobWishForwarded, at_once=True)
def when_a_wish_for_work_is_sent_on_then_its_clock_is_met(
    event: JobWishForwarded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=SEND)]


@when(JobWishWithdrawn, at_once=True)
def when_a_wish_for_work_is_withdrawn_then_nobody_sends_it_on(
    event: JobWishWithdrawn, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=SEND)]
