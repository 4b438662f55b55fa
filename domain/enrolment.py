"""Enrolment (学籍): on which school's roll a child is, and that it is on one.

A school answers for its pupil until another one has the pupil on its roll, or a school outside of
the district has confirmed in writing that it took the pupil over; until then the pupil is between
schools, and somebody's clock runs. A child of school age who is on no roll is awaited by its town:
never enrolled at entry, or lost between primary and middle school, is a dropout
as well (domain reference §3; 义务教育法 11, 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Text
from domain.organisations import Seat, seat_of

Schooling = Annotated[Text, Sensitive(Category.SCHOOLING)]

NEXT = "next_school"
"""The clock of a pupil between two schools: its former school's."""
ENTRY = "enrol_at_entry"
"""The clock of a child of school age on no roll: its town's, which knows who lives there and sees
to it that they enter (义务教育法 13); the education bureau's where no town is known."""

CHECK = "check_enrolment"
"""The education bureau's task to find out whether such a child goes to school."""
NOT_ENROLLED = "NOT_ENROLLED"
"""Its outcome that makes the child a suspected dropout."""

_INSTANT = timedelta(microseconds=1)

NOT_ON_ROLL = CodeSet(
    "NOT_ON_ROLL",
    "不在本区学籍原因",
    {"ELSEWHERE": "区外就读", "DEFERRED": "延缓入学", "HOME_TAUGHT": "送教上门"},
    {"外区就读": "ELSEWHERE", "缓学": "DEFERRED", "送教": "HOME_TAUGHT"},
)
"""Why a child of school age is rightly on no roll of the district's."""


class ConfirmEnrolment(Command):
    """Education's roll names the school (就读学校); only education confirms."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    school: str
    student_number: str | None
    grade: str
    since: date


class EndEnrolment(Command):
    """The pupil leaves the school (转出, 毕业): to ``receiver``, a school of the district's, or to
    one ``outside``, which confirmed by its letter of the number ``letter`` that it has the pupil;
    or it is not known yet where to."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    school: str
    until: date
    reason: str
    graduated: bool = False
    receiver: str | None = None
    outside: str | None = None
    letter: str | None = None


class StateNotOnRoll(Command):
    """登记不在本区学籍: why a child of school age is on no roll of the district's, and, where it is
    for a time only, until when."""

    STATES: ClassVar[Category | None] = Category.SCHOOLING
    child_ref: UUID
    reason_code: str
    until: date | None
    outside: str | None
    proof: str


class EnrolmentConfirmed(Event):
    TOPIC: ClassVar[str] = "child_file.enrolment_confirmed.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学籍确认"
    child_ref: UUID
    school: str
    since: date
    awaited: bool = False
    """Somebody waited for it: the pupil was between schools, or of school age and on no roll."""
    student_number: Annotated[Text, Sensitive(Category.SCHOOLING)]
    grade: Schooling


class EnrolmentEnded(Event):
    """``receiver`` and ``letter``: who has the pupil now, outside of the district. ``settled``: it
    is so, or compulsory education is over; nobody need wait for another school."""

    TOPIC: ClassVar[str] = "child_file.enrolment_ended.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "学籍转出或毕业"
    child_ref: UUID
    school: str
    until: date
    awaited: bool = False
    settled: bool = False
    reason: Schooling
    receiver: Schooling = None
    letter: Schooling = None


class LeavingNoted(Event):
    """The pupil leaves and nobody has taken it over: ``school`` answers for it until somebody has,
    by ``next_by``."""

    TOPIC: ClassVar[str] = "child_file.leaving_noted.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "离校待接收"
    child_ref: UUID
    school: str
    until: date
    next_by: datetime
    goes_to: str | None = None
    """A school of the district's, to which the move is announced."""
    reason: Schooling
    receiver: Schooling


class NotOnRollStated(Event):
    """``asked_again_at``: when it is over, where it is for a time only."""

    TOPIC: ClassVar[str] = "child_file.not_on_roll.v1"
    CATEGORY: ClassVar[Category] = Category.SCHOOLING
    TITLE: ClassVar[str] = "不在本区学籍"
    child_ref: UUID
    until: date | None
    asked_again_at: datetime | None
    town: str | None
    reason_code: Schooling
    outside: Schooling
    proof: Schooling


@dataclass(frozen=True, slots=True)
class Leaving:
    """A pupil between two schools."""

    school: str
    until: date


def of_age(birth_month: str | None, age: int, today: date) -> bool:
    """Whether somebody is of an age, in years, for certain: from the month after that of the
    birthday on, as the day is sealed; never where the month is unknown."""
    if birth_month is None:
        return False
    year, month = map(int, birth_month.split("-"))
    return (today.year - year) * 12 + today.month - month > age * 12


def entry_by(state: Any, given: Given) -> datetime | None:
    """By when a child who lives here and is on no roll has to be on one, or None where it need not:
    its age is not known, or it is past compulsory education.

    The autumn term of the year in which it is six by the last day of August (义务教育法 11; the day
    is the schools' practice [K]); where that is over, some days from now.
    """
    thresholds = given.rules.thresholds
    past = of_age(state.birth_month, thresholds.compulsory_until_age, given.today)
    if state.birth_month is None or past or state.school is not None:
        return None
    year, month = map(int, state.birth_month.split("-"))
    entry = year + thresholds.entry_age + (month > thresholds.entry_months_until)
    by = end_of_day_utc(date(entry, *thresholds.enrolled_by))
    if by > given.now:
        return by
    late: datetime = given.rules.due(given.rules.clocks[ENTRY].within, given.now)
    return late


def _by_education(given: Given) -> None:
    if seat_of(given.actor.organisation) is not Seat.EDUCATION:
        raise Refused("ENROLMENT_NOT_EDUCATION", "学籍只由教育局的名册确认。")


def confirm_enrolment(state: Any, command: ConfirmEnrolment, given: Given) -> list[Event]:
    """The decision, on the clear facts of the child's file, as all of these. Raises Refused."""
    _by_education(given)
    events: list[Event] = []
    if state.school and state.school != command.school:
        events.append(
            EnrolmentEnded(
                child_ref=command.child_ref,
                school=state.school,
                until=command.since,
                reason="转学",
            )
        )
    awaited = state.leaving is not None or state.awaited
    events.append(EnrolmentConfirmed(**command.model_dump(), awaited=awaited))
    return events


def end_enrolment(state: Any, command: EndEnrolment, given: Given) -> list[Event]:
    """Only a school that has the pupil, or the end of compulsory education, ends what the old one
    answers for."""
    _by_education(given)
    if state.school != command.school:
        raise Refused("ENROLMENT_OTHER_SCHOOL", "该学生当前学籍不在所填学校，请核对学校后重报。")
    if command.receiver == command.school:
        raise Refused("ENROLMENT_SAME_SCHOOL", "转入学校和转出学校是同一所，请核对转入学校。")
    graduates = command.graduated and of_age(
        state.birth_month, given.rules.thresholds.graduation_from_age, given.today
    )
    taken_over = (command.outside or "").strip() and (command.letter or "").strip()
    if graduates or taken_over:
        return [
            EnrolmentEnded(
                child_ref=command.child_ref,
                school=command.school,
                until=command.until,
                awaited=state.leaving is not None,
                settled=True,
                reason=command.reason,
                receiver=command.outside or command.receiver,
                letter=command.letter,
            )
        ]
    start = max(given.now, end_of_day_utc(command.until) - _INSTANT)
    return [
        LeavingNoted(
            child_ref=command.child_ref,
            school=command.school,
            until=command.until,
            next_by=given.rules.due(given.rules.clocks[NEXT].within, start),
            # Whoever graduates is on nobody's roll before the autumn term.
            goes_to=None if command.graduated else command.receiver,
            reason=command.reason,
            receiver=command.outside or command.receiver,
        )
    ]


def state_not_on_roll(state: Any, command: StateNotOnRoll, given: Given) -> list[Event]:
    """What is for a time only is asked about again when it is over."""
    _by_education(given)
    if not state.opened or state.school is not None:
        raise Refused("ENROLMENT_ON_ROLL", "该儿童在本区学籍名册上，或没有档案，请核对儿童信息。")
    if not command.proof.strip():
        raise Refused("ENROLMENT_PROOF", "请填写就读证明或批准文书的编号。")
    if command.until is not None and command.until < given.today:
        raise Refused("ENROLMENT_UNTIL", "期满日期已过，请按现在的情况登记。")
    again = None
    if command.until is not None:
        start = end_of_day_utc(command.until) - _INSTANT
        again = given.rules.due(given.rules.clocks[ENTRY].within, start)
    return [NotOnRollStated(**command.model_dump(), asked_again_at=again, town=state.town)]
