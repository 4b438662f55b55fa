"""Afterwards, as the child's file changes: whose key care it is. Together with that, and with a
pairing: the clocks by which a mentor and a companion are found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.child_file import ChildClassified
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Category, Command, Event, Recorded
from domain.leaving import DistrictLeft
from domain.mentoring import (
    WANTED,
    KeyCareEnded,
    KeyCareNoted,
    Paired,
    PairEnded,
    ReviewKeyCare,
    Role,
)
from domain.merged_file import FileMerged, FileUnmerged
from domain.reactions.kernel import Places, when


@when(ChildClassified, EnrolmentConfirmed, EnrolmentEnded, DistrictLeft, FileMerged, FileUnmerged)
def when_scope_or_school_changes_then_key_care_is_reviewed(
    event: Event, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二1 P04: 学校要把…儿童作为重点关爱对象. Afterwards: who classifies is not told by the
    receipt whether the child is at school, nor the school by the roll whether it is in scope."""
    return [ReviewKeyCare(child_ref=cause.subject)]


def _find(
    event: KeyCareNoted | PairEnded, cause: Recorded, role: Role, due_at: datetime, places: Places
) -> SetDeadline:
    return SetDeadline(
        subject_id=cause.originator_id,
        kind=WANTED[role],
        child_ref=event.child_ref,
        matter=Category.SCHOOLING,
        owner=event.school,
        town=places.town_of(event.school),
        due_at=due_at,
        anew=True,
    )


@when(KeyCareNoted, at_once=True)
def when_key_care_is_noted_then_mentor_and_companion_are_to_be_found(
    event: KeyCareNoted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二1 P04: 优选配备一名成长导师、一名互助伙伴."""
    return [_find(event, cause, role, event.appoint_by, places) for role in event.wanted]


@when(PairEnded, at_once=True)
def when_a_pair_ends_then_another_one_is_to_be_found(
    event: PairEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Where the pupil is in key care still: 导师离任、九月分班."""
    if event.appoint_by is None:
        return []
    return [_find(event, cause, event.role, event.appoint_by, places)]


@when(Paired, at_once=True)
def when_paired_then_nobody_is_to_be_found(
    event: Paired, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.role not in WANTED:
        return []
    return [MeetDeadline(subject_id=cause.originator_id, kind=WANTED[event.role])]


@when(KeyCareEnded, at_once=True)
def when_key_care_ends_then_nobody_is_waited_for(
    event: KeyCareEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=cause.originator_id, kind=kind) for kind in WANTED.values()]
