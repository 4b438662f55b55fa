"""Who sits for the examination of social workers, and with which support (plan 二6 P47)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import code_column
from adapters.intake.records import Record, RecordKind, Statement, coded
from adapters.intake.workforce import EXAM, EXAM_YEAR, WORKER_NUMBER, parse_whole
from adapters.workforce.worker import SEATS
from domain.workforce_codes import QUALIFICATION, Qualification
from domain.workforce_training import EXAM_SUPPORT, ExamSupport, RegisterForExam


class ExamEntry(Record):
    """A registration. Source: plan 二6: 支持儿童主任参加社会工作者职业水平考试."""

    worker: UUID
    exam: Annotated[str, coded(QUALIFICATION)]
    exam_year: Annotated[int, BeforeValidator(parse_whole), Field(ge=2000, le=2100)]
    support: Annotated[str, coded(EXAM_SUPPORT)]
    support_yuan: Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=1_000_000)]


def _key(record: ExamEntry) -> Sequence[str]:
    return (str(record.worker), record.exam, str(record.exam_year))


def _state(record: ExamEntry, statement: Statement) -> None:
    statement.execute(
        RegisterForExam(
            worker=record.worker,
            exam=Qualification(record.exam),
            exam_year=record.exam_year,
            support=ExamSupport(record.support),
            support_yuan=record.support_yuan,
        )
    )


KIND = RecordKind(
    name="workforce.exam",
    title="职业水平考试报名登记",
    seats=SEATS,
    model=ExamEntry,
    columns=(
        WORKER_NUMBER,
        EXAM,
        EXAM_YEAR,
        code_column(EXAM_SUPPORT, "support", "考试支持", required=True, example="报名费补助"),
        Column("support_yuan", "支持金额（元）", required=True, example="300"),
    ),
    natural_key=_key,
    state=_state,
)
