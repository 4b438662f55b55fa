"""The school roll (学籍名册), sent by the education bureau."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordKind,
    Statement,
    school_of,
    today_of,
)
from domain.enrolment import ConfirmEnrolment
from domain.identifiers import parse_student_number, squeeze_text
from domain.organisations import Seat


def _student_number(value: object, info: ValidationInfo) -> object:
    return parse_student_number(str(value), today=today_of(info)) if value is not None else None


class RollEntry(ChildRecord):
    """One line of the roll (学籍名册): pupil, student number, school, grade, since when.

    Source: 教基〔2025〕1号 on student numbers (domain reference §9); the bureau publishes
    enrolment (§10) and is the only one to confirm it.
    """

    student_number: Annotated[str | None, BeforeValidator(_student_number)] = None
    school: ShortText
    grade: Annotated[str, Field(max_length=20)]
    since: PastDay


SCHOOL_HEADING = "学校"

SCHOOL_COLUMN = Column(
    "school",
    SCHOOL_HEADING,
    aliases=("学校名称", "就读学校", "学校标识码"),
    required=True,
    example="示例小学",
    note="学校全称或10位学校标识码",
)

COLUMNS = (
    *child_columns("学生姓名"),
    Column(
        "student_number",
        "学籍号",
        aliases=("全国学籍号", "学籍编号"),
        example="G999999201503010016",
        note="字母G、L或J加18位，从学籍系统复制",
        identifier=True,
    ),
    SCHOOL_COLUMN,
    Column("grade", "年级", required=True, example="四年级"),
    Column(
        "since",
        "就读起日",
        aliases=("入学日期", "入学时间", "入学年月日"),
        required=True,
        example="2024-09-01",
        note="在本校就读的第一天",
    ),
)


def _key(record: RollEntry) -> Sequence[str]:
    return (*record.child_key(), squeeze_text(record.school))


def _state(record: RollEntry, statement: Statement) -> None:
    school = school_of(record.school, SCHOOL_HEADING, statement.places)
    statement.execute(
        ConfirmEnrolment(
            child_ref=statement.child(record.claim(statement.places)),
            school=school,
            student_number=record.student_number,
            grade=record.grade,
            since=record.since,
        ),
        occurred_on=record.since,
    )


KIND = RecordKind(
    name="education.roll",
    title="学籍名册",
    seats=(Seat.EDUCATION,),
    model=RollEntry,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
