"""The education bureau's quarterly review of what schools reported (控辍保学季度复核)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator

from adapters.education.monthly_report import Count
from adapters.intake.columns import Column
from adapters.intake.fields import Note, parse_quarter
from adapters.intake.records import Record, RecordKind, Statement
from domain.dropout_report import ReviewQuarter
from domain.organisations import Seat


class QuarterlyReview(Record):
    """What was confirmed for a quarter. Source: 教基厅函〔2024〕15号 (县区一季度一复核)."""

    period: Annotated[str, BeforeValidator(parse_quarter)]
    schools: Count
    suspected: Count
    dropped_out: Count
    note: Note = None


def _key(record: QuarterlyReview) -> Sequence[str]:
    return (record.period,)


def _state(record: QuarterlyReview, statement: Statement) -> None:
    statement.execute(ReviewQuarter(reporter=statement.actor.organisation, **record.model_dump()))


KIND = RecordKind(
    name="education.quarterly_review",
    title="控辍保学季度复核",
    seats=(Seat.EDUCATION,),
    model=QuarterlyReview,
    columns=(
        Column(
            "period",
            "季度",
            aliases=("复核季度",),
            required=True,
            example="2025-Q1",
            note="年份-Q1至Q4",
            sensitive=False,
        ),
        Column(
            "schools",
            "已报告学校数",
            required=True,
            example="96",
            note="没有的填0",
            sensitive=False,
        ),
        Column(
            "suspected",
            "核实疑似辍学人数",
            required=True,
            example="3",
            note="没有的填0",
            sensitive=False,
        ),
        Column(
            "dropped_out",
            "核实辍学人数",
            required=True,
            example="0",
            note="没有的填0",
            sensitive=False,
        ),
        Column("note", "复核情况", note="不写学生姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
