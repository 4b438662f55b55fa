"""Together with an advice's own events: the clock of its written reply."""

from __future__ import annotations

from collections.abc import Sequence

from domain.advice import REPLY, AdviceIssued, AdviceReplied
from domain.calendar import end_of_day_utc
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when


@when(AdviceIssued, at_once=True)
def when_advice_issued_then_a_written_reply_is_owed(
    event: AdviceIssued, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 114: 书面回复 within one month. No child is concerned: the clock is the advice's."""
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=REPLY,
            child_ref=cause.originator_id,
            matter=event.CATEGORY,
            owner=event.addressee,
            town=places.town_of(event.addressee),
            due_at=end_of_day_utc(event.reply_by),
        )
    ]


@when(AdviceReplied, at_once=True)
def when_advice_replied_then_the_reply_is_no_longer_owed(
    event: AdviceReplied, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=REPLY)]
