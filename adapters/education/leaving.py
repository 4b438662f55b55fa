"""The register of pupils who left their school for good (学籍变动登记: 转出、毕业)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import model_validator

from adapters.education.roll import SCHOOL_COLUMN, SCHOOL_HEADING
from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
    school_of,
)
from domain.code_sets import CodeSet
from domain.enrolment import EndEnrolment
from domain.organisations import Seat

RECEIVER_HEADING = "转入学校"

LEAVING = CodeSet(
    "LEAVING",
    "变动类别",
    {"TRANSFERRED": "转出", "GRADUATED": "毕业"},
    {"转学": "TRANSFERRED", "转学转出": "TRANSFERRED", "结业": "GRADUATED"},
)


class Leaving(ChildRecord):
    """A pupil left this school, from a day on. Source: as of the roll (教基〔2025〕1号).

    Where to: a school of the district's, or one outside, which confirmed it by a letter. Until
    another one has the pupil, this school answers for it.
    """

    school: ShortText
    change: Annotated[str, coded(LEAVING)]
    until: PastDay
    receiver: ShortText | None = None
    outside: ShortText | None = None
    letter: ShortText | None = None

    @model_validator(mode="after")
    def _one_receiver(self) -> Self:
        if self.receiver and self.outside:
            raise RecordFault(
                "outside",
                "LEAVING_RECEIVERS",
                "转入学校和区外接收学校只能填一项。",
                "本区的填转入学校，区外的填区外接收学校和接收回执编号。",
            )
        return self


def _key(record: Leaving) -> Sequence[str]:
    return (*record.child_key(), record.until.isoformat())


def _state(record: Leaving, statement: Statement) -> None:
    school = school_of(record.school, SCHOOL_HEADING, statement.places)
    receiver = None
    if record.receiver:
        receiver = school_of(record.receiver, RECEIVER_HEADING, statement.places)
    statement.execute(
        EndEnrolment(
            child_ref=statement.child(record.claim(statement.places)),
            school=school,
            until=record.until,
            reason=LEAVING.label(record.change),
            graduated=record.change == "GRADUATED",
            receiver=receiver,
            outside=record.outside,
            letter=record.letter,
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
        Column(
            "receiver",
            RECEIVER_HEADING,
            aliases=("接收学校",),
            note="转往本区学校的填写；转入学校登记学籍前，孩子仍由原学校负责",
        ),
        Column("outside", "区外接收学校", note="转往区外的填写"),
        Column(
            "letter",
            "接收回执编号",
            aliases=("回执编号",),
            note="区外学校签章的回执；没有回执的不填，孩子仍由原学校负责",
        ),
    ),
    natural_key=_key,
    state=_state,
)
