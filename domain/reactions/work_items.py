"""With an item of a work list goes its clock."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, clock_of, when
from domain.work_item import CLOCK, WorkItemFinished, WorkItemListed


@when(WorkItemListed, at_once=True)
def when_work_is_listed_then_it_is_to_be_done_in_time(
    event: WorkItemListed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CancelDeadline(subject_id=cause.originator_id, kind=CLOCK),
        clock_of(cause, CLOCK, owner=event.owner, town=event.town, due_at=event.due_at),
    ]


@when(WorkItemFinished, at_once=True)
def when_work_is_done_or_taken_off_the_list_then_its_clock_is_over(
    event: WorkItemFinished, cause: Recorded, places: Places
) -> Sequence[Command]:
    over = MeetDeadline if event.done else CancelDeadline
    return [over(subject_id=cause.originator_id, kind=CLOCK)]
