"""The ledger of absences and suspected dropouts (缺课与疑似辍学台账), kept by each school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column, parse_days
from adapters.intake.records import (
    ChildRecord,
    OptionalDay,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
    coded,
)
from domain.dropout_codes import ABSENCE_REASON, FAMILY_CONTACT
from domain.dropout_events import ReportAbsence
from domain.organisations import Seat


class Absence(ChildRecord):
    """One line of the ledger (缺课与疑似辍学台账): a pupil absent since a day.

    ``school_days`` counts days of class (上课日) without a break, 1 to 400; ``until`` is the last
    day of a lawful absence; with ``returned_on`` the pupil is back. Source: 未保法 28(2) (school
    registers); ledgers of 教基厅函〔2024〕15号 (domain reference §3).
    """

    absent_since: PastDay
    school_days: Annotated[int, BeforeValidator(parse_days), Field(ge=1, le=400)]
    reason_code: Annotated[str, coded(ABSENCE_REASON)]
    family_contact: Annotated[str | None, coded(FAMILY_CONTACT)] = None
    reason: Note = None
    until: OptionalDay = None
    returned_on: OptionalPastDay = None


COLUMNS = (
    *child_columns("学生姓名"),
    Column(
        "absent_since",
        "缺课起日",
        aliases=("缺课开始日期", "缺课日期", "缺课起始日期"),
        required=True,
        example="2025-03-03",
    ),
    Column(
        "school_days",
        "连续缺课天数",
        aliases=("缺课天数",),
        required=True,
        example="3",
        note="只数上课日，1至400",
    ),
    code_column(ABSENCE_REASON, "reason_code", "缺课原因", required=True, example="原因不明"),
    code_column(
        FAMILY_CONTACT, "family_contact", "家长联系情况", aliases=("家长联系",), example="联系不上"
    ),
    Column("reason", "说明", aliases=("情况说明", "备注"), note="不超过2000字"),
    Column(
        "until",
        "正当缺课期满日期",
        aliases=("期满日期", "假期截止日期"),
        note="病假、休学等的最后一天；期满未登记复学的，重新按缺课核实",
    ),
    Column("returned_on", "返校日期", aliases=("复学日期",), note="已返校的填；未返校的留空"),
)


def _key(record: Absence) -> Sequence[str]:
    return (*record.child_key(), record.absent_since.isoformat())


def _state(record: Absence, statement: Statement) -> None:
    claim = record.claim(statement.places)
    statement.execute(
        ReportAbsence(
            child_ref=statement.child(claim),
            school=statement.actor.organisation,
            town=claim.town,
            absent_since=record.absent_since,
            school_days=record.school_days,
            reason_code=record.reason_code,
            family_contact=record.family_contact,
            reason=record.reason,
            until=record.until,
            returned_on=record.returned_on,
        ),
        occurred_on=record.absent_since,
    )


KIND = RecordKind(
    name="education.absence",
    title="缺课与疑似辍学台账",
    seats=(Seat.SCHOOL,),
    model=Absence,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
