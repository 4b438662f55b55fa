"""The register of pupils who left their school for good (学籍变动登记: 转出、毕业)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.education.roll import SCHOOL_COLUMN, SCHOOL_HEADING
from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordKind,
    Statement,
    coded,
    school_of,
)
from domain.child_file import EndEnrolment
from domain.code_sets import CodeSet
from domain.organisations import Seat

LEAVING = CodeSet(
    "LEAVING",
    "变动类别",
    {"TRANSFERRED": "转出", "GRADUATED": "毕业"},
    {"转学": "TRANSFERRED", "转学转出": "TRANSFERRED", "结业": "GRADUATED"},
)


class Leaving(ChildRecord):
    """A pupil left this school, from a day on. Source: as of the roll (教基〔2025〕1号)."""

    school: ShortText
    change: Annotated[str, coded(LEAVING)]
    until: PastDay


def _key(record: Leaving) -> Sequence[str]:
    return (*record.child_key(), record.until.isoformat())


def _state(record: Leaving, statement: Statement) -> None:
    school = school_of(record.school, SCHOOL_HEADING, statement.places)
    statement.execute(
        EndEnrolment(
            child_ref=statement.child(record.claim(statement.places)),
            school=school,
            until=record.until,
            reason=LEAVING.label(record.change),
        ),
        occurred_on=record.until,
    )


KIND = RecordKind(
    name="education.leaving",
    title="学籍变动登记",
    seats=(Seat.EDUCATION,),
    model=Leaving,
    columns=(
        *child_columns("学生姓名"),
        SCHOOL_COLUMN,
        code_column(LEAVING, "change", "变动类别", required=True, example="转出"),
        Column("until", "变动日期", aliases=("离校日期",), required=True, example="2025-03-20"),
    ),
    natural_key=_key,
    state=_state,
)
