"""The school's monthly report on dropout control (控辍保学月报), also where there is nothing to
report (零报告)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import parse_month, parse_people
from adapters.intake.records import Record, RecordKind, Statement
from domain.dropout_report import FileMonthlyReport
from domain.organisations import Seat

Count = Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=100_000)]


class MonthlyReport(Record):
    """Counts of one school at the end of a month. Source: 教基厅函〔2024〕15号 (学校一月一报告)."""

    period: Annotated[str, BeforeValidator(parse_month)]
    enrolled: Count
    absent: Count
    suspected: Count
    dropped_out: Count
    returned: Count


def _key(record: MonthlyReport) -> Sequence[str]:
    return (record.period,)


def _state(record: MonthlyReport, statement: Statement) -> None:
    statement.execute(
        FileMonthlyReport(reporter=statement.actor.organisation, **record.model_dump())
    )


def _count(name: str, heading: str, example: str) -> Column:
    return Column(name, heading, required=True, example=example, note="没有的填0", sensitive=False)


KIND = RecordKind(
    name="education.monthly_report",
    title="控辍保学月报",
    seats=(Seat.SCHOOL,),
    model=MonthlyReport,
    columns=(
        Column(
            "period",
            "月份",
            aliases=("报告月份",),
            required=True,
            example="2025-03",
            sensitive=False,
        ),
        _count("enrolled", "在籍学生数", "820"),
        _count("absent", "缺课人数", "0"),
        _count("suspected", "疑似辍学人数", "0"),
        _count("dropped_out", "辍学人数", "0"),
        _count("returned", "本月复学人数", "0"),
    ),
    natural_key=_key,
    state=_state,
)
