"""How commands of the register of workers are drawn, and what makes each event happen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st

from domain.entry_check import AdvanceCheck, AnswerEntryCheck, AskEntryCheck
from domain.kernel import Actor
from domain.organisations import HUB, Post
from domain.worker import EndAppointment, LinkAccount, RegisterWorker
from domain.worker_index import BindAccount, ListWorker
from domain.workforce_codes import AppointmentBasis, CheckResult, Qualification, WorkerRole
from domain.workforce_training import (
    ApproveAppraisal,
    Course,
    CourseLevel,
    CourseSubject,
    ExamSupport,
    Grade,
    ProposeAppraisal,
    RecordExamResult,
    RecordTraining,
    RegisterForExam,
)
from tests.domain.invented import OTHER_VILLAGE, POLICE, SCHOOL, TOWN, VILLAGE
from tests.domain.pools import DAY, Told, days, texts

WORKER, OTHER_WORKER = UUID(int=61), UUID(int=62)
workers = st.sampled_from([WORKER, OTHER_WORKER])
employers = st.sampled_from([VILLAGE, OTHER_VILLAGE, SCHOOL, TOWN, POLICE])
accounts = st.sampled_from(["u-one", "u-two"])

COMMANDS = {
    RegisterWorker: st.builds(
        RegisterWorker,
        worker=workers,
        organisation=employers,
        role=st.sampled_from(WorkerRole),
        basis=st.sampled_from(AppointmentBasis),
        qualification=st.sampled_from(Qualification),
        since=days,
        name=texts,
        id_number=texts,
        phone=texts,
    ),
    EndAppointment: st.builds(EndAppointment, worker=workers, ended_on=days),
    LinkAccount: st.builds(LinkAccount, worker=workers, hub_user=accounts, member_of=employers),
    ListWorker: st.builds(ListWorker, organisation=employers, worker=workers),
    BindAccount: st.builds(BindAccount, hub_user=accounts, worker=workers),
    AskEntryCheck: st.builds(
        AskEntryCheck, worker=workers, organisation=employers, name=texts, id_number=texts
    ),
    AnswerEntryCheck: st.builds(
        AnswerEntryCheck,
        worker=workers,
        result=st.sampled_from(CheckResult),
        queried_on=days,
        document=texts,
    ),
    AdvanceCheck: st.builds(AdvanceCheck, worker=workers),
    RecordTraining: st.builds(
        RecordTraining,
        worker=workers,
        training=workers,
        course=st.sampled_from(Course),
        level=st.sampled_from(CourseLevel),
        subject_matter=st.sampled_from(CourseSubject),
        attended_on=days,
        hours=st.integers(1, 40),
        course_title=texts,
    ),
    RegisterForExam: st.builds(
        RegisterForExam,
        worker=workers,
        exam=st.sampled_from(Qualification),
        exam_year=st.integers(2025, 2027),
        support=st.sampled_from(ExamSupport),
        support_yuan=st.integers(0, 500),
    ),
    RecordExamResult: st.builds(
        RecordExamResult,
        worker=workers,
        exam=st.sampled_from(Qualification),
        exam_year=st.integers(2025, 2027),
        passed=st.booleans(),
    ),
    ProposeAppraisal: st.builds(
        ProposeAppraisal,
        worker=workers,
        appraised_year=st.integers(2024, 2027),
        grade=st.sampled_from(Grade),
        incentive_yuan=st.integers(0, 2000),
        account=texts,
    ),
    ApproveAppraisal: st.builds(
        ApproveAppraisal, worker=workers, appraised_year=st.integers(2024, 2027)
    ),
}

_ASKED = AskEntryCheck(
    worker=WORKER, organisation=VILLAGE, name="示例人员", id_number="999999198503010011"
)

TOLD: list[Told] = [
    (
        RegisterWorker(
            worker=WORKER,
            organisation=VILLAGE,
            role=WorkerRole.CHILD_DIRECTOR,
            basis=AppointmentBasis.SECRETARY,
            qualification=Qualification.ASSISTANT,
            since=DAY,
            name="示例人员",
            id_number="999999198503010011",
            phone="13800000000",
        ),
        VILLAGE,
        DAY,
    ),
    (_ASKED, VILLAGE, DAY),
    (LinkAccount(worker=WORKER, hub_user="u-one", member_of=VILLAGE), TOWN, DAY),
    (
        AnswerEntryCheck(
            worker=WORKER, result=CheckResult.PASSED, queried_on=DAY, document="示入查1号"
        ),
        POLICE,
        DAY,
    ),
    (
        RecordTraining(
            worker=WORKER,
            training=UUID(int=63),
            course=Course.ANNUAL,
            level=CourseLevel.BASIC,
            subject_matter=CourseSubject.LAW,
            attended_on=DAY + timedelta(days=1),
            hours=8,
            course_title="示例课程",
        ),
        TOWN,
        DAY + timedelta(days=1),
    ),
    (
        RegisterForExam(
            worker=WORKER,
            exam=Qualification.SOCIAL_WORKER,
            exam_year=2026,
            support=ExamSupport.FEES,
            support_yuan=300,
        ),
        VILLAGE,
        DAY + timedelta(days=2),
    ),
    (
        RecordExamResult(
            worker=WORKER, exam=Qualification.SOCIAL_WORKER, exam_year=2026, passed=True
        ),
        TOWN,
        DAY + timedelta(days=200),
    ),
    (
        ProposeAppraisal(
            worker=WORKER,
            appraised_year=2025,
            grade=Grade.EXCELLENT,
            incentive_yuan=1000,
            account="（示例）走访及时",
        ),
        TOWN,
        DAY + timedelta(days=3),
    ),
    (
        ApproveAppraisal(worker=WORKER, appraised_year=2025),
        Actor(TOWN, Post.HEAD.value, "u-head"),
        DAY + timedelta(days=4),
    ),
    (AdvanceCheck(worker=WORKER), HUB, DAY + timedelta(days=310)),
    (AdvanceCheck(worker=WORKER), HUB, DAY + timedelta(days=366)),
    (_ASKED, TOWN, DAY + timedelta(days=366)),
    (
        AnswerEntryCheck(
            worker=WORKER,
            result=CheckResult.BARRED,
            queried_on=DAY + timedelta(days=367),
            document="示入查2号",
        ),
        POLICE,
        DAY + timedelta(days=367),
    ),
    (
        EndAppointment(worker=WORKER, ended_on=DAY + timedelta(days=368)),
        TOWN,
        DAY + timedelta(days=368),
    ),
]
