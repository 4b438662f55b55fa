"""With what is owed in a period goes its clock."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded
from domain.periodic_duty import CLOCK, DutyFulfilled, DutyOpened, DutyReopened
from domain.reactions.kernel import Places, when


@when(DutyOpened, DutyReopened, at_once=True)
def when_a_duty_is_open_then_its_clock_runs(
    event: DutyOpened | DutyReopened, cause: Recorded, places: Places
) -> Sequence[Command]:
    """No child is concerned: the clock runs on what is owed itself."""
    about = cause.originator_id
    return [
        SetDeadline(
            subject_id=about,
            kind=CLOCK,
            child_ref=about,
            matter=event.CATEGORY,
            owner=event.owner,
            town=places.town_of(event.owner),
            due_at=event.due_at,
            ladder=event.ladder,
            anew=isinstance(event, DutyReopened),
        )
    ]


@when(DutyFulfilled, at_once=True)
def when_a_duty_is_fulfilled_then_its_clock_is_met(
    event: DutyFulfilled, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=CLOCK)]
