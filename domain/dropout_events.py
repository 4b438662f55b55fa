"""What is asked of a dropout case (控辍保学), and what happens in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.dropout_codes import JointMeasure, StrikeOffProof
from domain.kernel import Category, Command, Event, Sensitive, Text

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]
Over = tuple[str, ...]
"""Which of the clocks and tasks of the absence itself, that run, are over with an event."""
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


class SuspectDropout(Command):
    """Asked by the clock: a child of school age was on no school's roll in time, never enrolled at
    entry or lost between two schools."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID


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


class ConfirmDropout(Command):
    """Asked by the clock: a suspected absence has lasted for as long as a dropout takes."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    case: UUID


class CallMeasure(Command):
    """Education bureau, or the town that has the child in hand, call for another department's
    measure (联控联保)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    IN_TASK: ClassVar[bool] = True
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    measure: JointMeasure
    called_on: date
    note: str | None


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
    """Education strikes the case off the list (销号) on proof. ``letter``: number of what a school
    outside of the district confirmed in writing (转学接收回执)."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    proof_note: str | None
    letter: str | None = None


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
    visit_home: bool = False
    """Somebody is to visit with the school: the home was not reached."""
    home_village: str | None = None
    over: Over = ()
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
    dropout_at: datetime | None = None
    """From when on it is a dropout; None in what was recorded before that was said."""
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
    over: Over = ()
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
    over: Over = ()


class SeriousAbsenceNoted(Event):
    """It has lasted for so long that the education bureau acts itself."""

    TOPIC: ClassVar[str] = "dropout.serious.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "缺课超过严重天数"
    child_ref: UUID
    school: str
    town: str | None
    suspicion: int


class DropoutConfirmed(Event):
    TOPIC: ClassVar[str] = "dropout.confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "辍学"
    child_ref: UUID
    school: str
    suspicion: int


class MeasureCalled(Event):
    TOPIC: ClassVar[str] = "dropout.measure_called.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "提请联控联保措施"
    child_ref: UUID
    measure: JointMeasure
    town: str | None
    note: Schooling


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
    over: Over = ()


class DropoutStruckOff(Event):
    TOPIC: ClassVar[str] = "dropout.struck_off.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "销号"
    child_ref: UUID
    proof: StrikeOffProof
    struck_off_on: date
    suspicion: int = 0
    """As of :class:`ReturnedToSchool`."""
    over: Over = ()
    proof_note: Schooling
    letter: Schooling = None
