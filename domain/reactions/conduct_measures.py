"""Together with a school's measure: the clock within which it is to be ended."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendar import end_of_day_utc
from domain.conduct_measure import CLOCK, MeasureAdopted, MeasureEnded
from domain.deadline import MeetDeadline, SetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when


@when(MeasureAdopted, at_once=True)
def when_measure_taken_then_it_is_to_be_ended_in_time(
    event: MeasureAdopted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """预防未成年人犯罪法 31: a measure is for a time, and nobody forgets a pupil in it."""
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=CLOCK,
            child_ref=event.child_ref,
            matter=event.CATEGORY,
            owner=event.school,
            town=places.town_of(event.school),
            due_at=end_of_day_utc(event.until),
        )
    ]


@when(MeasureEnded, at_once=True)
def when_measure_ended_then_its_clock_stops(
    event: MeasureEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=CLOCK)]
