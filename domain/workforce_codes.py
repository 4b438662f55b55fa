"""Code sets of the workforce (儿童主任、儿童福利社工队伍, plan 二6)."""

from __future__ import annotations

from enum import StrEnum

from domain.code_sets import CodeSet


class WorkerRole(StrEnum):
    """What somebody works as with children (岗位)."""

    CHILD_DIRECTOR = "CHILD_DIRECTOR"
    SUPERVISOR = "SUPERVISOR"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    VOLUNTEER = "VOLUNTEER"
    STAFF = "STAFF"


WORKER_ROLE = CodeSet(
    "WORKER_ROLE",
    "岗位",
    {
        WorkerRole.CHILD_DIRECTOR: "儿童主任",
        WorkerRole.SUPERVISOR: "儿童督导员",
        WorkerRole.SOCIAL_WORKER: "儿童福利社工",
        WorkerRole.VOLUNTEER: "志愿者",
        WorkerRole.STAFF: "其他直接接触儿童的工作人员",
    },
    {"社工": "SOCIAL_WORKER", "督导员": "SUPERVISOR", "其他": "STAFF"},
)


class AppointmentBasis(StrEnum):
    """From among whom somebody was appointed (任职基础): the plan prefers the first three (二6 P43:
    优先选择村（居）民委员会书记、主任、专业社工担任儿童主任)."""

    SECRETARY = "SECRETARY"
    COMMITTEE_HEAD = "COMMITTEE_HEAD"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    OTHER = "OTHER"


APPOINTMENT_BASIS = CodeSet(
    "APPOINTMENT_BASIS",
    "任职基础",
    {
        AppointmentBasis.SECRETARY: "村居书记",
        AppointmentBasis.COMMITTEE_HEAD: "村居主任",
        AppointmentBasis.SOCIAL_WORKER: "专业社工",
        AppointmentBasis.OTHER: "其他",
    },
    {"书记": "SECRETARY", "主任": "COMMITTEE_HEAD", "社工": "SOCIAL_WORKER"},
)

PREFERRED = frozenset(AppointmentBasis) - {AppointmentBasis.OTHER}
"""From among whom the plan prefers child directors to be appointed."""


class Qualification(StrEnum):
    """The professional level of social workers (社会工作者职业水平), the lowest first."""

    NONE = "NONE"
    ASSISTANT = "ASSISTANT"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    SENIOR = "SENIOR"


QUALIFICATION = CodeSet(
    "QUALIFICATION",
    "社会工作者职业水平",
    {
        Qualification.NONE: "无",
        Qualification.ASSISTANT: "助理社会工作师",
        Qualification.SOCIAL_WORKER: "社会工作师",
        Qualification.SENIOR: "高级社会工作师",
    },
    {"初级": "ASSISTANT", "中级": "SOCIAL_WORKER", "高级": "SENIOR"},
)


class CheckResult(StrEnum):
    """What the police answer to an entry check (入职查询结果), and all that they answer: never an
    offence, never a reason (未保法 62; domain reference §7)."""

    PASSED = "PASSED"
    BARRED = "BARRED"


CHECK_RESULT = CodeSet(
    "CHECK_RESULT",
    "入职查询结果",
    {CheckResult.PASSED: "可以录用", CheckResult.BARRED: "不得录用"},
    {"通过": "PASSED", "CLEAR": "PASSED", "NOT_ELIGIBLE": "BARRED", "不通过": "BARRED"},
)

CHECK_STANDING = {"STANDS": "有效", "NONE": "没有有效结果", "BARRED": "不得录用"}
"""What officials read for how an entry check stands; who may be told the last is decided at the
door."""
