"""Training file, examination, appraisal of a worker (plan 二6 P44, P46–P49): who attended what for
how many hours, who sits for the examination of social workers and with which support, and how the
year was appraised, with which incentive. Events and commands; who may say what is decided with the
worker's own stream (:mod:`domain.worker`).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Sensitive, Text
from domain.workforce_codes import Qualification, WorkerRole


class Course(StrEnum):
    """What kind of training it was (培训类别)."""

    ANNUAL = "ANNUAL"
    INDUCTION = "INDUCTION"
    CONTINUING = "CONTINUING"


COURSE = CodeSet(
    "COURSE",
    "培训类别",
    {
        Course.ANNUAL: "儿童主任全员培训",
        Course.INDUCTION: "岗前培训",
        Course.CONTINUING: "继续教育",
    },
    {"全员培训": "ANNUAL", "年度培训": "ANNUAL"},
)


class CourseLevel(StrEnum):
    """For whom a course is (分层): plan 二6, 分层分类继续教育课程."""

    BASIC = "BASIC"
    INTERMEDIATE = "INTERMEDIATE"
    ADVANCED = "ADVANCED"


COURSE_LEVEL = CodeSet(
    "COURSE_LEVEL",
    "课程层级",
    {
        CourseLevel.BASIC: "初级",
        CourseLevel.INTERMEDIATE: "中级",
        CourseLevel.ADVANCED: "高级",
    },
    {"基础": "BASIC"},
)


class CourseSubject(StrEnum):
    """Of what a course is (分类)."""

    CASEWORK = "CASEWORK"
    GUARDIANSHIP = "GUARDIANSHIP"
    PSYCHOLOGY = "PSYCHOLOGY"
    LAW = "LAW"
    SAFETY = "SAFETY"


COURSE_SUBJECT = CodeSet(
    "COURSE_SUBJECT",
    "课程类别",
    {
        CourseSubject.CASEWORK: "个案实务",
        CourseSubject.GUARDIANSHIP: "家庭监护支持",
        CourseSubject.PSYCHOLOGY: "心理健康",
        CourseSubject.LAW: "法律政策",
        CourseSubject.SAFETY: "安全和强制报告",
    },
    {"实务": "CASEWORK", "心理": "PSYCHOLOGY", "法律": "LAW"},
)


class ExamSupport(StrEnum):
    """By what sitting for the examination is supported (支持参加社会工作者职业水平考试)."""

    FEES = "FEES"
    COURSE = "COURSE"
    LEAVE = "LEAVE"
    NONE = "NONE"


EXAM_SUPPORT = CodeSet(
    "EXAM_SUPPORT",
    "考试支持",
    {
        ExamSupport.FEES: "报名费补助",
        ExamSupport.COURSE: "考前培训",
        ExamSupport.LEAVE: "备考假",
        ExamSupport.NONE: "无",
    },
    {"补助": "FEES"},
)


class Grade(StrEnum):
    """How the year was appraised (考核等次)."""

    EXCELLENT = "EXCELLENT"
    COMPETENT = "COMPETENT"
    BASIC = "BASIC"
    NOT_COMPETENT = "NOT_COMPETENT"


GRADE = CodeSet(
    "GRADE",
    "考核等次",
    {
        Grade.EXCELLENT: "优秀",
        Grade.COMPETENT: "称职",
        Grade.BASIC: "基本称职",
        Grade.NOT_COMPETENT: "不称职",
    },
    {"合格": "COMPETENT", "不合格": "NOT_COMPETENT"},
)

Year = Annotated[int, Field(ge=2000, le=2100)]
Hours = Annotated[int, Field(ge=1, le=1000)]
Yuan = Annotated[int, Field(ge=0, le=1_000_000)]


class RecordTraining(Command):
    """培训登记: somebody attended."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    training: UUID
    course: Course
    level: CourseLevel
    subject_matter: CourseSubject
    attended_on: date
    hours: Hours
    course_title: str | None = None


class RegisterForExam(Command):
    """社会工作者职业水平考试报名."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    exam: Qualification
    exam_year: Year
    support: ExamSupport
    support_yuan: Yuan


class RecordExamResult(Command):
    """Whether it was passed."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    exam: Qualification
    exam_year: Year
    passed: bool


class ProposeAppraisal(Command):
    """年度考核: put forward, for another person to approve."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    appraised_year: Year
    grade: Grade
    incentive_yuan: Yuan
    account: str | None = None


class ApproveAppraisal(Command):
    """Decided by the head of whoever put it forward."""

    STATES: ClassVar[Category | None] = Category.WORKFORCE
    worker: UUID
    appraised_year: Year


class FileEvent(Event):
    """``told_to``: the employer or the one above it, whichever did not say it itself."""

    TITLE: ClassVar[str] = "培训档案"
    CATEGORY: ClassVar[Category] = Category.WORKFORCE
    worker: UUID
    organisation: str
    told_to: str
    role: WorkerRole


class TrainingAttended(FileEvent):
    TOPIC: ClassVar[str] = "worker.training_attended.v1"
    TITLE: ClassVar[str] = "参加培训"
    training: UUID
    course: Course
    level: CourseLevel
    subject_matter: CourseSubject
    attended_on: date
    hours: Hours
    course_title: Annotated[Text, Sensitive(Category.WORKFORCE)]


class ExamRegistered(FileEvent):
    TOPIC: ClassVar[str] = "worker.exam_registered.v1"
    TITLE: ClassVar[str] = "职业水平考试报名"
    exam: Qualification
    exam_year: Year
    support: ExamSupport
    support_yuan: Yuan


class ExamResultRecorded(FileEvent):
    TOPIC: ClassVar[str] = "worker.exam_taken.v1"
    TITLE: ClassVar[str] = "职业水平考试结果"
    exam: Qualification
    exam_year: Year
    passed: bool


class AppraisalProposed(FileEvent):
    TOPIC: ClassVar[str] = "worker.appraisal_proposed.v1"
    TITLE: ClassVar[str] = "年度考核待批准"
    appraised_year: Year
    grade: Grade
    incentive_yuan: Yuan
    prepared_by: str
    account: Annotated[Text, Sensitive(Category.WORKFORCE)]


class AppraisalApproved(FileEvent):
    TOPIC: ClassVar[str] = "worker.appraisal_approved.v1"
    TITLE: ClassVar[str] = "年度考核批准"
    appraised_year: Year
    grade: Grade
    incentive_yuan: Yuan
    approved_by: str
