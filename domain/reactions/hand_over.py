"""Whoever cares for a placed child owes a receipt of its arrival and of its return (交接单)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import MeetDeadline, SetDeadline
from domain.guardianship_events import ChildPlaced, ChildReturnedHome, PlacementEnded
from domain.hand_over import (
    CIVIL_AFFAIRS,
    CLOCK,
    AwaitHandOver,
    Direction,
    HandOverAwaited,
    HandOverRecorded,
)
from domain.kernel import Category, Command, Recorded
from domain.reactions.kernel import Places, when

# Together with the record


@when(HandOverAwaited, at_once=True)
def when_a_hand_over_is_awaited_then_its_clock_runs(
    event: HandOverAwaited, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=CLOCK[event.direction],
            child_ref=event.child_ref,
            matter=Category.GUARDIANSHIP,
            owner=event.owner,
            town=event.town,
            due_at=event.due_at,
            anew=True,
        )
    ]


@when(HandOverRecorded, at_once=True)
def when_a_hand_over_is_recorded_then_its_clock_is_met(
    event: HandOverRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    if not event.current:
        return []
    return [MeetDeadline(subject_id=cause.originator_id, kind=CLOCK[event.direction])]


# Afterwards, from the log


@when(ChildPlaced)
def when_child_is_placed_then_a_receipt_of_its_arrival_is_owed(
    event: ChildPlaced, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By the institution or town that cares, and civil affairs where relatives or a foster family
    do; once for each that takes the child in."""
    if not event.current or not (event.begins or event.arrives):
        return []
    return [
        AwaitHandOver(
            child_ref=event.child_ref,
            direction=Direction.ARRIVAL,
            owner=event.institution or CIVIL_AFFAIRS,
            town=event.town,
        )
    ]


@when(ChildReturnedHome, PlacementEnded)
def when_child_leaves_care_then_a_receipt_of_its_return_is_owed(
    event: ChildReturnedHome | PlacementEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By whoever cared; what is put right hands nobody over again."""
    if cause.header.supersedes is not None:
        return []
    return [
        AwaitHandOver(child_ref=event.child_ref, direction=Direction.RETURN, owner=None, town=None)
    ]
