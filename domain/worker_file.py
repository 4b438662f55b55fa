"""What is decided on a worker's training file, examinations and appraisals (plan 二6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain.kernel import Command, Event, Given, Refused
from domain.organisations import SHARED_USERS, Post
from domain.worker import Attended, Worker, known
from domain.workforce_codes import Qualification
from domain.workforce_training import (
    AppraisalApproved,
    AppraisalProposed,
    ApproveAppraisal,
    ExamRegistered,
    ExamResultRecorded,
    ExamSupport,
    ProposeAppraisal,
    RecordExamResult,
    RecordTraining,
    RegisterForExam,
    TrainingAttended,
)


def _about(state: Worker, command: Any, given: Given) -> dict[str, Any]:
    organisation, told, role = known(state, given)
    return {
        "worker": command.worker,
        "organisation": organisation,
        "told_to": told,
        "role": role,
    }


def train(state: Worker, command: RecordTraining, given: Given) -> list[Event]:
    about = _about(state, command, given)
    given.not_in_future(command.attended_on, "TRAINED_IN_FUTURE", "培训日期")
    if state.ended_on is not None and command.attended_on > state.ended_on:
        raise Refused("TRAINED_AFTER", "培训日期晚于离任日期，请核对。")
    return [TrainingAttended(**about, **command.model_dump(exclude={"worker"}))]


def register_for_exam(state: Worker, command: RegisterForExam, given: Given) -> list[Event]:
    about = _about(state, command, given)
    if command.exam is Qualification.NONE:
        raise Refused("NO_SUCH_EXAM", "请填写报考的职业水平级别。")
    if command.support is ExamSupport.NONE and command.support_yuan:
        raise Refused("SUPPORT_WITHOUT_KIND", "有补助金额的，请填写考试支持的类别。")
    if (command.exam, command.exam_year) in state.exams and not given.correction:
        return []
    return [ExamRegistered(**about, **command.model_dump(exclude={"worker"}))]


def take_exam(state: Worker, command: RecordExamResult, given: Given) -> list[Event]:
    about = _about(state, command, given)
    if (command.exam, command.exam_year) not in state.exams:
        raise Refused("EXAM_NOT_REGISTERED", "没有这次考试的报名登记，请先登记报名。")
    return [ExamResultRecorded(**about, **command.model_dump(exclude={"worker"}))]


def propose(state: Worker, command: ProposeAppraisal, given: Given) -> list[Event]:
    about = _about(state, command, given)
    if command.appraised_year > given.today.year:
        raise Refused("APPRAISED_IN_FUTURE", "考核年度还没有到，请核对。")
    if command.appraised_year in state.appraised:
        raise Refused("APPRAISED", "该年度考核已经批准，不能再改。")
    stated = command.model_dump(exclude={"worker"})
    return [AppraisalProposed(**about, **stated, prepared_by=given.actor.user)]


def approve(state: Worker, command: ApproveAppraisal, given: Given) -> list[Event]:
    about = _about(state, command, given)
    waiting = state.proposed.get(command.appraised_year)
    if waiting is None:
        raise Refused("NOTHING_TO_APPROVE", "没有待批准的年度考核。")
    by = given.actor
    if by.post != Post.HEAD or by.user in SHARED_USERS or by.user == waiting.prepared_by:
        raise Refused("APPROVER_DIFFERS", "年度考核由负责人批准，且不能由提出人本人批准。")
    return [
        AppraisalApproved(
            **about,
            appraised_year=command.appraised_year,
            grade=waiting.grade,
            incentive_yuan=waiting.incentive_yuan,
            approved_by=by.user,
        )
    ]


def trained(state: Worker, event: TrainingAttended) -> Worker:
    attended = Attended(event.course, event.attended_on, event.hours)
    return replace(state, trained={**state.trained, event.training: attended})


def _exam(passed: Callable[[Any], bool | None]) -> Callable[[Worker, Any], Worker]:
    def evolve(state: Worker, event: Any) -> Worker:
        exams = {**state.exams, (event.exam, event.exam_year): passed(event)}
        level = event.exam if passed(event) else state.qualification
        return replace(state, exams=exams, qualification=level)

    return evolve


exam_registered = _exam(lambda event: None)
exam_taken = _exam(lambda event: event.passed)


def proposed(state: Worker, event: AppraisalProposed) -> Worker:
    clear = event.model_copy(update=dict.fromkeys(event.SENSITIVE))
    return replace(state, proposed={**state.proposed, event.appraised_year: clear})


def approved(state: Worker, event: AppraisalApproved) -> Worker:
    waiting = {year: of for year, of in state.proposed.items() if year != event.appraised_year}
    done = {**state.appraised, event.appraised_year: event}
    return replace(state, proposed=waiting, appraised=done)


DECIDE: dict[type[Command], Callable[[Any, Any, Given], list[Event]]] = {
    RecordTraining: train,
    RegisterForExam: register_for_exam,
    RecordExamResult: take_exam,
    ProposeAppraisal: propose,
    ApproveAppraisal: approve,
}
EVOLVE: dict[type[Event], Callable[[Worker, Any], Worker]] = {
    TrainingAttended: trained,
    ExamRegistered: exam_registered,
    ExamResultRecorded: exam_taken,
    AppraisalProposed: proposed,
    AppraisalApproved: approved,
}
