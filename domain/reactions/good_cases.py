"""The clock of a story (好案例): until somebody has reviewed it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.good_case import (
    CIVIL_AFFAIRS,
    REVIEW,
    GoodCaseReviewed,
    GoodCaseSubmitted,
    GoodCaseWithdrawn,
    good_case_id,
)
from domain.kernel import Category, Command, Recorded
from domain.reactions.kernel import Places, when


@when(GoodCaseSubmitted, at_once=True)
def when_a_story_is_written_then_it_is_to_be_reviewed(
    event: GoodCaseSubmitted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By civil affairs, or whoever else reviews; no child is concerned. Changed, the term begins
    anew."""
    about = good_case_id(event.register_number)
    return [
        CancelDeadline(subject_id=about, kind=REVIEW),
        SetDeadline(
            subject_id=about,
            kind=REVIEW,
            child_ref=cause.originator_id,
            matter=Category.PROGRAMMES,
            owner=CIVIL_AFFAIRS,
            town=None,
            due_at=event.review_by,
            anew=True,
        ),
    ]


@when(GoodCaseReviewed, at_once=True)
def when_a_story_is_reviewed_then_its_clock_is_met(
    event: GoodCaseReviewed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=good_case_id(event.register_number), kind=REVIEW)]


@when(GoodCaseWithdrawn, at_once=True)
def when_a_story_is_withdrawn_then_nobody_reviews_it(
    event: GoodCaseWithdrawn, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=good_case_id(event.register_number), kind=REVIEW)]
