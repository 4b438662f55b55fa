"""P44 培训档案, P46 全员培训, P47 职业水平考试, P48 考核和激励, P49 继续教育 (plan 二6)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.kernel import Actor, Command, Event
from domain.organisations import CONSOLE, Post
from domain.silence import SilenceKind, steps
from domain.worker import AppointmentEnded, Worker
from domain.worker_stream import WORKER
from domain.workforce_codes import Qualification, WorkerRole
from domain.workforce_training import (
    AppraisalApproved,
    AppraisalProposed,
    ApproveAppraisal,
    Course,
    CourseLevel,
    CourseSubject,
    ExamRegistered,
    ExamResultRecorded,
    ExamSupport,
    Grade,
    ProposeAppraisal,
    RecordExamResult,
    RecordTraining,
    RegisterForExam,
    TrainingAttended,
)
from hub.policies import load_policies
from tests.domain.invented import (
    CIVIL_AFFAIRS,
    EVERY_SEAT,
    OTHER_TOWN,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
)
from tests.domain.test_workforce import LEFT, REGISTERED, TODAY
from tests.domain.test_workforce import WORKER as NUMBER
from tests.specification import folded, given, happened
from tests.together import all_of

RULES = load_policies().rules
train = RecordTraining(
    worker=NUMBER,
    training=UUID(int=81),
    course=Course.ANNUAL,
    level=CourseLevel.BASIC,
    subject_matter=CourseSubject.SAFETY,
    attended_on=TODAY,
    hours=8,
    course_title="示例课程",
)
ABOUT: dict[str, Any] = {
    "worker": NUMBER,
    "organisation": VILLAGE,
    "told_to": VILLAGE,
    "role": WorkerRole.CHILD_DIRECTOR,
}
TRAINED = TrainingAttended(**{**train.model_dump(), **ABOUT})
register = RegisterForExam(
    worker=NUMBER,
    exam=Qualification.SOCIAL_WORKER,
    exam_year=2026,
    support=ExamSupport.FEES,
    support_yuan=300,
)
ENTERED = ExamRegistered(**{**register.model_dump(), **ABOUT})
result = RecordExamResult(
    worker=NUMBER, exam=Qualification.SOCIAL_WORKER, exam_year=2026, passed=True
)
TAKEN = ExamResultRecorded(**{**result.model_dump(), **ABOUT})
propose = ProposeAppraisal(
    worker=NUMBER,
    appraised_year=2025,
    grade=Grade.EXCELLENT,
    incentive_yuan=1000,
    account="走访及时",
)
PROPOSED = AppraisalProposed(**{**propose.model_dump(), **ABOUT}, prepared_by="u-author")
approve = ApproveAppraisal(worker=NUMBER, appraised_year=2025)
APPROVED = AppraisalApproved(
    **ABOUT, appraised_year=2025, grade=Grade.EXCELLENT, incentive_yuan=1000, approved_by="u-head"
)
HEADS = {each: Actor(each, Post.HEAD.value, "u-head") for each in (*EVERY_SEAT, OTHER_TOWN)}

STATES: dict[str, tuple[list[Event], dict[str, tuple[Command, Any]]]] = {
    "nobody": (
        [],
        {
            "train": (train, "WORKER_NOT_YOURS"),
            "register": (register, "WORKER_NOT_YOURS"),
            "result": (result, "WORKER_NOT_YOURS"),
            "propose": (propose, "WORKER_NOT_YOURS"),
            "approve": (approve, "WORKER_NOT_YOURS"),
        },
    ),
    "employed": (
        [REGISTERED],
        {
            "train": (train, TrainingAttended),
            "register": (register, ExamRegistered),
            "result": (result, "EXAM_NOT_REGISTERED"),
            "propose": (propose, AppraisalProposed),
            "approve": (approve, "NOTHING_TO_APPROVE"),
        },
    ),
    "entered": (
        [REGISTERED, ENTERED],
        {"register": (register, None), "result": (result, ExamResultRecorded)},
    ),
    "proposed": (
        [REGISTERED, PROPOSED],
        {"propose": (propose, AppraisalProposed), "approve": (approve, AppraisalApproved)},
    ),
    "approved": (
        [REGISTERED, PROPOSED, APPROVED],
        {"propose": (propose, "APPRAISED"), "approve": (approve, "NOTHING_TO_APPROVE")},
    ),
    "left": (
        [REGISTERED, LEFT],
        {"train": (train, TrainingAttended), "propose": (propose, AppraisalProposed)},
    ),
}
ROWS = [
    (state, action, by)
    for state, (_, actions) in STATES.items()
    for action in actions
    for by in HEADS
]


@all_of(("state", "action", "by"), ROWS)
def test_who_keeps_a_training_file(state: str, action: str, by: str) -> None:
    events, actions = STATES[state]
    command, expected = actions[action]
    outcome = given(*events).when(command, by=HEADS[by], on=TODAY)
    if by not in {VILLAGE, TOWN, CIVIL_AFFAIRS}:
        outcome.then_refused("WORKER_NOT_YOURS")
    elif expected is None:
        outcome.then_nothing()
    elif isinstance(expected, str):
        outcome.then_refused(expected)
    else:
        outcome.then(happened(expected))


def test_p46_who_has_the_years_hours_is_trained() -> None:
    """每年儿童主任全员培训: by hours of that kind of course in that calendar year."""
    worker: Worker = folded(WORKER, REGISTERED, TRAINED)
    assert RULES.workforce.trained(worker, 2026) is True
    assert RULES.workforce.trained(worker, 2027) is False
    short = TRAINED.model_copy(update={"hours": 7})
    assert RULES.workforce.trained(folded(WORKER, REGISTERED, short), 2026) is False
    twice = folded(WORKER, REGISTERED, short, short)
    assert RULES.workforce.trained(twice, 2026) is False, "a corrected record counts once"
    law = TRAINED.model_copy(update={"course": Course.CONTINUING})
    assert RULES.workforce.trained(folded(WORKER, REGISTERED, law), 2026) is False


def test_p46_who_was_not_trained_in_a_year_is_silent_once_it_is_over() -> None:
    def fold(*events: Event) -> Any:
        loop = None
        for event in events:
            for key, step in steps(RULES.silence, told(event)):
                if key.startswith("trained/"):
                    loop = step(loop, told(event))
        return loop

    loop = fold(REGISTERED)
    assert loop.kind is SilenceKind.UNTRAINED
    assert (loop.owner, loop.silent_from) == (VILLAGE, end_of_day_utc(date(2026, 12, 31)))
    assert fold(REGISTERED, TRAINED).silent_from == end_of_day_utc(date(2027, 12, 31))
    assert fold(REGISTERED, TRAINED, LEFT) is None
    assert isinstance(LEFT, AppointmentEnded)


class told:
    """A fact of the log, as the fold reads it."""

    def __init__(self, event: Event) -> None:
        self.topic, self.stream, self.producer = event.TOPIC, NUMBER, TOWN
        self.recorded_at = "2026-03-04T04:00:00+00:00"
        self.clear = event.model_dump(mode="json")


def test_p47_whoever_passes_has_the_level() -> None:
    """支持儿童主任参加社会工作者职业水平考试: registered, supported, passed."""
    worker: Worker = folded(WORKER, REGISTERED, ENTERED)
    assert worker.qualification is Qualification.ASSISTANT
    assert folded(WORKER, REGISTERED, ENTERED, TAKEN).qualification is Qualification.SOCIAL_WORKER
    failed = TAKEN.model_copy(update={"passed": False})
    worker = folded(WORKER, REGISTERED, ENTERED, failed)
    assert worker.qualification is Qualification.ASSISTANT
    assert worker.exams == {(Qualification.SOCIAL_WORKER, 2026): False}
    nothing = register.model_copy(update={"support": ExamSupport.NONE})
    given(REGISTERED).when(nothing, by=TOWN, on=TODAY).then_refused("SUPPORT_WITHOUT_KIND")
    none = register.model_copy(update={"exam": Qualification.NONE})
    given(REGISTERED).when(none, by=TOWN, on=TODAY).then_refused("NO_SUCH_EXAM")


@pytest.mark.parametrize(
    "by",
    [
        Actor(TOWN, Post.HEAD.value, "u-author"),
        Actor(TOWN, Post.HANDLER.value, "u-other"),
        Actor(TOWN, Post.HEAD.value, CONSOLE),
    ],
)
def test_p48_author_and_approver_of_an_appraisal_differ(by: Actor) -> None:
    """考核、激励: put forward by one, approved by the head, who is another person."""
    given(REGISTERED, PROPOSED).when(approve, by=by, on=TODAY).then_refused("APPROVER_DIFFERS")
    given(REGISTERED, PROPOSED).when(approve, by=HEADS[TOWN], on=TODAY).then(APPROVED)


def test_p49_a_social_workers_hours_are_owed_by_level() -> None:
    """继续教育、分层分类课程: hours a year by professional level; courses have levels."""
    social = REGISTERED.model_copy(
        update={"role": WorkerRole.SOCIAL_WORKER, "qualification": Qualification.SENIOR}
    )
    course = TRAINED.model_copy(
        update={"course": Course.CONTINUING, "level": CourseLevel.ADVANCED, "hours": 30}
    )
    assert RULES.workforce.continuing(folded(WORKER, social, course), 2026) is True
    less = course.model_copy(update={"hours": 29})
    assert RULES.workforce.continuing(folded(WORKER, social, less), 2026) is False
    assert RULES.workforce.continuing(folded(WORKER, REGISTERED), 2026) is None
    assert RULES.workforce.trained(folded(WORKER, social), 2026) is None


def test_days_and_years_that_cannot_be_are_refused() -> None:
    late = train.model_copy(update={"attended_on": date(2026, 3, 5)})
    given(REGISTERED).when(late, by=TOWN, on=TODAY).then_refused("TRAINED_IN_FUTURE")
    gone = LEFT.model_copy(update={"ended_on": date(2026, 3, 1)})
    given(REGISTERED, gone).when(train, by=TOWN, on=TODAY).then_refused("TRAINED_AFTER")
    next_year = propose.model_copy(update={"appraised_year": 2027})
    given(REGISTERED).when(next_year, by=TOWN, on=TODAY).then_refused("APPRAISED_IN_FUTURE")
    given(REGISTERED).when(train, by=OTHER_VILLAGE, on=TODAY).then_refused("WORKER_NOT_YOURS")
