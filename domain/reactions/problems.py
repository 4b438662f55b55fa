"""What a problem found at a visit (问题清单) opens at others, and its clocks: plan 二3 (P21)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import nearest_of
from domain.problem import (
    CIVIL_AFFAIRS,
    AnswerProblem,
    OpenProblem,
    ProblemAnswered,
    ProblemFound,
    ProblemRechecked,
    ProblemStruckOff,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import (
    ReferralCompleted,
    ReferralEvent,
    ReferralFailed,
    ReferralReturned,
)
from domain.visit import VisitRecorded

SOLVE = "solve_problem"
OPEN = "problem_open"
RECHECK = "recheck_problem"
NOT_SOLVED = "NOT_SOLVED"


def solving_task(problem: UUID, round_: int) -> UUID:
    """The referral that asks for the n-th time (from 1) that a problem be solved."""
    return derived_id("referral", SOLVE, problem, round_)


# Together with what is put on the list


@when(ProblemFound, at_once=True)
def when_problem_is_found_then_it_is_to_be_struck_off_in_time(
    event: ProblemFound, cause: Recorded, places: Places
) -> Sequence[Command]:
    """However the task goes: what is on the list stays on somebody's until it is struck off."""
    owner = nearest_of(town=event.town)
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=OPEN,
            child_ref=event.child_ref,
            matter=Category.VISITS,
            owner=owner,
            town=event.town,
            due_at=event.strike_off_by,
        )
    ]


@when(ProblemAnswered, at_once=True)
def when_problem_is_answered_then_whoever_found_it_looks_again(
    event: ProblemAnswered, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=RECHECK,
            child_ref=event.child_ref,
            matter=Category.VISITS,
            owner=event.stated_by,
            town=event.town,
            due_at=event.recheck_by,
            anew=True,
        )
    ]


@when(ProblemRechecked, at_once=True)
def when_problem_is_looked_at_again_then_that_clock_is_met(
    event: ProblemRechecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=RECHECK)]


@when(ProblemStruckOff, at_once=True)
def when_problem_is_struck_off_then_its_clocks_are_over(
    event: ProblemStruckOff, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        MeetDeadline(subject_id=cause.originator_id, kind=OPEN),
        CancelDeadline(subject_id=cause.originator_id, kind=RECHECK),
    ]


# Afterwards, from the log


@when(VisitRecorded)
def when_visit_finds_a_problem_then_it_is_put_on_the_list(
    event: VisitRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """发现问题及时报告: also where it is only said when the visit is corrected."""
    if not event.problem:
        return []
    visitor = cause.header.actor.organisation
    return [
        OpenProblem(
            child_ref=event.child_ref,
            # A visit that is corrected to another day has found one problem, and not two.
            found_on=event.problem_since or event.visited_on,
            visit=cause.originator_id,
            stated_by=visitor,
            town=places.town_of(visitor),
        )
    ]


@when(ProblemFound, ProblemRechecked)
def when_problem_is_there_then_the_town_solves_it(
    event: ProblemFound | ProblemRechecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    """并协调解决: by the town; where it is found to be there still, once more."""
    if isinstance(event, ProblemRechecked) and event.solved:
        return []
    round_ = event.round if isinstance(event, ProblemRechecked) else 1
    return [
        refer(
            cause,
            SOLVE,
            nearest_of(town=event.town),
            case=cause.originator_id,
            sender=event.stated_by,
            town=event.town,
            referral_id=solving_task(cause.originator_id, round_),
        )
    ]


@when(ReferralCompleted, ReferralFailed, ReferralReturned)
def when_the_task_of_a_problem_is_answered_then_it_is_looked_at_again_or_goes_up(
    event: ReferralEvent, cause: Recorded, places: Places
) -> Sequence[Command]:
    """What the town cannot solve goes to civil affairs, which coordinate (plan 三2); what is
    answered is looked at by whoever found it."""
    if event.kind != SOLVE:
        return []
    unsolved = not isinstance(event, ReferralCompleted) or event.outcome == NOT_SOLVED
    if unsolved and event.addressee != CIVIL_AFFAIRS:
        return [
            refer(cause, SOLVE, CIVIL_AFFAIRS, case=event.case_id, sender=event.sender, town=None)
        ]
    # What civil affairs give up or return is answered as well: else nobody could look at it again,
    # ask anew, or strike it off.
    return [AnswerProblem(problem=event.case_id, answered_by=cause.header.actor.user)]
