"""Whether the examination of social workers was passed (plan 二6 P47)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.fields import YES_NO, YesNo, code_column
from adapters.intake.records import Record, RecordKind, Statement, coded
from adapters.intake.workforce import EXAM, EXAM_YEAR, WORKER_NUMBER, parse_whole
from adapters.workforce.worker import SEATS
from domain.workforce_codes import QUALIFICATION, Qualification
from domain.workforce_training import RecordExamResult


class ExamResult(Record):
    """What came of it. Source: plan 二6."""

    worker: UUID
    exam: Annotated[str, coded(QUALIFICATION)]
    exam_year: Annotated[int, BeforeValidator(parse_whole), Field(ge=2000, le=2100)]
    passed: YesNo


def _key(record: ExamResult) -> Sequence[str]:
    return (str(record.worker), record.exam, str(record.exam_year))


def _state(record: ExamResult, statement: Statement) -> None:
    statement.execute(
        RecordExamResult(
            worker=record.worker,
            exam=Qualification(record.exam),
            exam_year=record.exam_year,
            passed=record.passed,
        )
    )


KIND = RecordKind(
    name="workforce.exam_result",
    title="职业水平考试结果登记",
    seats=SEATS,
    model=ExamResult,
    columns=(
        WORKER_NUMBER,
        EXAM,
        EXAM_YEAR,
        code_column(YES_NO, "passed", "是否通过", required=True, example="是"),
    ),
    natural_key=_key,
    state=_state,
)
