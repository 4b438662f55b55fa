"""What is asked of a dropout case (控辍保学), and what happens in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.dropout_codes import StrikeOffProof
from domain.kernel import Category, Command, Event, Sensitive, Text

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
SchoolingFlag = Annotated[Text, Sensitive(Category.SCHOOLING, flag=True)]


class ReportAbsence(Command):
    """A school's ledger row: a pupil absent since a day, for so many school days (上课日).
    ``until`` is the last day of a lawful absence, where the school knows it; ``returned_on`` the
    day on which the pupil was back, where the row tells the whole of it."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    school_days: int
    reason_code: str
    family_contact: str | None
    reason: str | None
    until: date | None = None
    returned_on: date | None = None


class ApproveLawfulAbsence(Command):
    """Education bureau, or the town that has the child in hand, approve an absence as lawful
    (病假, 休学, 延缓入学, 转学中) until a day, that day included. Source: 义务教育法 11."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    IN_TASK: ClassVar[bool] = True
    child_ref: UUID
    approved_on: date
    until: date
    reason_code: str
    document_number: str | None
    note: str | None


class EndLawfulAbsence(Command):
    """Asked by the clock: nobody has said what became of a lawful absence since its last day."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    case: UUID


class RecordPersuasion(Command):
    """One persuasion (劝返) by school, town or education."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    persuaded_on: date
    outcome: str
    account: str | None


class RecordReturn(Command):
    """The school states that the pupil is back in class (复学)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    school: str
    returned_on: date


class StrikeOff(Command):
    """Education strikes the case off the list (销号) on proof."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    proof_note: str | None


class AbsenceReported(Event):
    TOPIC: ClassVar[str] = "dropout.absence_reported.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "缺课登记"
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    school_days: int
    lawful: bool
    of_own_pupil: bool
    until: date | None = None
    verify_by: datetime | None = None
    """By when the school says what became of it; None where the row itself says so, or where
    others have it in hand."""
    reason_code: Schooling
    family_contact: Schooling
    reason: Schooling


class DropoutSuspected(Event):
    TOPIC: ClassVar[str] = "dropout.suspected.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "疑似辍学"
    child_ref: UUID
    school: str
    town: str | None
    absent_since: date
    suspicion: int = 1
    """The how-manieth of its case it is: its tasks are found again by it."""
    notice: SchoolingFlag = "学校报告缺课，正在核实"


class LawfulAbsenceApproved(Event):
    TOPIC: ClassVar[str] = "dropout.lawful_absence_approved.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "正当缺课核准"
    child_ref: UUID
    approved_on: date
    until: date
    school: str | None = None
    verify_by: datetime | None = None
    """As of :class:`AbsenceReported`."""
    reason_code: Schooling
    document_number: Schooling
    note: Schooling


class LawfulAbsenceEnded(Event):
    """Nobody said what became of it: absent without leave ``since`` the day after its last."""

    TOPIC: ClassVar[str] = "dropout.lawful_absence_ended.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "正当缺课期满未复学"
    child_ref: UUID
    school: str
    since: date | None


class SuspicionLifted(Event):
    TOPIC: ClassVar[str] = "dropout.suspicion_lifted.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "解除疑似辍学"
    child_ref: UUID
    suspicion: int


class PersuasionRecorded(Event):
    TOPIC: ClassVar[str] = "dropout.persuasion_recorded.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "劝返记录"
    child_ref: UUID
    persuaded_on: date
    stated_by: str
    ordinal: int
    in_vain: bool
    outcome: Schooling
    account: Schooling


class PersuasionFailedRepeatedly(Event):
    TOPIC: ClassVar[str] = "dropout.persuasion_failed_repeatedly.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "多次劝返无效"
    child_ref: UUID
    failures: int


class ReturnedToSchool(Event):
    TOPIC: ClassVar[str] = "dropout.returned.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "复学"
    child_ref: UUID
    school: str
    returned_on: date
    suspicion: int = 0
    """The suspicion that is over with it; 0 where nothing was suspected, and in what was recorded
    before suspicions were counted."""


class DropoutStruckOff(Event):
    TOPIC: ClassVar[str] = "dropout.struck_off.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "销号"
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    suspicion: int = 0
    """As of :class:`ReturnedToSchool`."""
    proof_note: Schooling
