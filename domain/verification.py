"""The full verification (全面核查, plan 二3 P17): the child director confirms what is known of each
child of the village, says what differs, and names children who were not known.

What differs is the town's to check: a village confirms no residence and no category. Where it says
another thing of school than education's roll, that is education's to check; who was not known, has
moved or cannot be found is looked up in the police's register of households; a disability that
nobody certified goes to whoever assesses it (domain/health.py). Who asked for it all, and until
when: domain/verification_round.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import HUB

Visits = Annotated[Text, Sensitive(Category.VISITS)]
Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
Health = Annotated[Text, Sensitive(Category.HEALTH)]
Means = Annotated[Text, Sensitive(Category.MEANS)]


class Finding(StrEnum):
    """核查结果."""

    AS_KNOWN = "AS_KNOWN"
    CHANGED = "CHANGED"
    NEWLY_FOUND = "NEWLY_FOUND"
    MOVED_AWAY = "MOVED_AWAY"
    NOT_FOUND = "NOT_FOUND"


FINDING = CodeSet(
    "FINDING",
    "核查结果",
    {
        Finding.AS_KNOWN: "情况一致",
        Finding.CHANGED: "情况有变化",
        Finding.NEWLY_FOUND: "新发现",
        Finding.MOVED_AWAY: "已搬走",
        Finding.NOT_FOUND: "查找不到",
    },
    {
        "一致": Finding.AS_KNOWN,
        "无变化": Finding.AS_KNOWN,
        "有变化": Finding.CHANGED,
        "新增": Finding.NEWLY_FOUND,
        "搬走": Finding.MOVED_AWAY,
        "找不到": Finding.NOT_FOUND,
    },
)


class Attends(StrEnum):
    """就学状况, as the child director found it."""

    AT_SCHOOL = "AT_SCHOOL"
    NOT_AT_SCHOOL = "NOT_AT_SCHOOL"
    NOT_OF_AGE = "NOT_OF_AGE"
    DONE = "DONE"


ATTENDS = CodeSet(
    "ATTENDS",
    "就学状况",
    {
        Attends.AT_SCHOOL: "在读",
        Attends.NOT_AT_SCHOOL: "应读未读",
        Attends.NOT_OF_AGE: "未到入学年龄",
        Attends.DONE: "已毕业离校",
    },
    {
        "在校": Attends.AT_SCHOOL,
        "未在读": Attends.NOT_AT_SCHOOL,
        "辍学": Attends.NOT_AT_SCHOOL,
        "失学": Attends.NOT_AT_SCHOOL,
        "学龄前": Attends.NOT_OF_AGE,
        "毕业": Attends.DONE,
    },
)


class VerifyChild(Command):
    """One line of the verification sheet."""

    STATES: ClassVar[Category | None] = Category.VISITS
    verification_id: UUID
    child_ref: UUID
    town: str | None
    finding: Finding
    verified_on: date
    household: str | None = None
    guardians: str | None = None
    carer: str | None = None
    schooling: str | None = None
    health: str | None = None
    means: str | None = None
    differs: str | None = None


class StateAttendance(Command):
    """Whether, and where, the child director found the child at school; None: a school that is not
    one of the district's, or was not said."""

    STATES: ClassVar[Category | None] = Category.VISITS
    verification_id: UUID
    child_ref: UUID
    town: str | None
    attends: Attends
    school: str | None


class RaiseDisability(Command):
    """疑似残疾未评定: the child director thinks so; a village finds nothing of health itself."""

    STATES: ClassVar[Category | None] = Category.VISITS
    verification_id: UUID
    child_ref: UUID
    town: str | None
    signs: str | None


class CompareEnrolment(Command):
    """Asked by the hub, afterwards: whether that agrees with education's roll."""

    READS_CHILD: ClassVar[bool] = True
    verification_id: UUID
    child_ref: UUID
    town: str | None
    attends: Attends
    school: str | None


class ChildVerified(Event):
    TOPIC: ClassVar[str] = "verification.made.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "全面核查"
    child_ref: UUID
    town: str | None
    finding: Finding
    verified_on: date
    household: Visits
    guardians: Guardianship
    carer: Guardianship
    schooling: Schooling
    health: Health
    means: Means
    differs: Visits


class AttendanceStated(Event):
    """Under schooling, though a village says it of a visit: who reads visits alone is not told."""

    TOPIC: ClassVar[str] = "verification.attendance_stated.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "核查就学状况"
    child_ref: UUID
    town: str | None
    attends: Attends
    school: str | None


class DisabilityRaised(Event):
    TOPIC: ClassVar[str] = "verification.disability_raised.v1"
    CATEGORY: ClassVar[Category] = Category.HEALTH
    TITLE: ClassVar[str] = "疑似残疾待评定"
    child_ref: UUID
    town: str | None
    signs: Health


class RollDifferenceFound(Event):
    """The roll says another thing than the village (学籍核对不一致)."""

    TOPIC: ClassVar[str] = "verification.roll_difference_found.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学籍核对不一致"
    child_ref: UUID
    town: str | None
    attends: Attends


@dataclass(frozen=True, slots=True)
class Verification:
    differs: bool = False
    """The roll was found to differ already."""


def _verify(state: Verification, command: VerifyChild, given: Given) -> list[Event]:
    given.not_in_future(command.verified_on, "VERIFIED_IN_FUTURE", "核查日期")
    return [ChildVerified(**command.model_dump(exclude={"verification_id"}))]


def _state_attendance(state: Verification, command: StateAttendance, given: Given) -> list[Event]:
    return [AttendanceStated(**command.model_dump(exclude={"verification_id"}))]


def _raise_disability(state: Verification, command: RaiseDisability, given: Given) -> list[Event]:
    return [DisabilityRaised(**command.model_dump(exclude={"verification_id"}))]


def _compare(state: Verification, command: CompareEnrolment, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("COMPARED_BY_HUB", "学籍核对由系统办理，不能由单位登记。")
    child = given.child
    if state.differs or child is None or _agrees(command, child.school, child.elsewhere):
        return []
    return [RollDifferenceFound(**command.model_dump(exclude={"verification_id", "school"}))]


def _agrees(command: CompareEnrolment, enrolled: str | None, elsewhere: bool) -> bool:
    """``elsewhere``: the child is rightly on no roll of the district's."""
    if command.attends is Attends.AT_SCHOOL:
        if enrolled is None:
            return elsewhere
        return command.school in (None, enrolled)
    if command.attends is Attends.NOT_AT_SCHOOL:
        return elsewhere and enrolled is None
    return enrolled is None


VERIFICATION: Stream[Verification] = Stream(
    name="verification",
    initial=Verification(),
    decide={
        VerifyChild: _verify,
        StateAttendance: _state_attendance,
        RaiseDisability: _raise_disability,
        CompareEnrolment: _compare,
    },
    evolve={
        ChildVerified: lambda state, event: state,
        AttendanceStated: lambda state, event: state,
        DisabilityRaised: lambda state, event: state,
        RollDifferenceFound: lambda state, event: replace(state, differs=True),
    },
    locate=lambda command, load: command.verification_id,
    title="全面核查",
    codes={"finding": FINDING, "attends": ATTENDS},
)
