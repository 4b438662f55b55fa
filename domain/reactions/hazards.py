"""A hazard's clocks: until it is put right, and until somebody has looked again."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline
from domain.hazard import RECHECK, RECTIFY, HazardFound, HazardRechecked, HazardRectified
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, clock_of, when


@when(HazardFound, at_once=True)
def when_a_hazard_is_found_then_it_is_to_be_put_right_in_time(
    event: HazardFound, cause: Recorded, places: Places
) -> Sequence[Command]:
    """No child is concerned: the clock runs on the hazard itself. One that is corrected to another
    day or another owner begins anew."""
    about = cause.originator_id
    return [
        CancelDeadline(subject_id=about, kind=RECTIFY),
        clock_of(cause, RECTIFY, owner=event.owner, town=event.town, due_at=event.due_at),
    ]


@when(HazardRectified, at_once=True)
def when_a_hazard_is_put_right_then_whoever_found_it_looks_again(
    event: HazardRectified, cause: Recorded, places: Places
) -> Sequence[Command]:
    about = cause.originator_id
    return [
        MeetDeadline(subject_id=about, kind=RECTIFY),
        clock_of(cause, RECHECK, owner=event.found_by, town=event.town, due_at=event.recheck_by),
    ]


@when(HazardRechecked, at_once=True)
def when_a_hazard_is_looked_at_again_then_it_is_over_or_to_be_put_right_once_more(
    event: HazardRechecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    about = cause.originator_id
    found: list[Command] = [MeetDeadline(subject_id=about, kind=RECHECK)]
    if event.due_at is not None:
        found.append(
            clock_of(cause, RECTIFY, owner=event.owner, town=event.town, due_at=event.due_at)
        )
    return found
