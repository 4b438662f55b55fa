"""The yearly appraisal with its incentive (考核、激励, plan 二6 P48), put forward for another
person to approve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import Record, RecordKind, Statement, coded
from adapters.intake.workforce import WORKER_NUMBER, parse_whole
from adapters.workforce.worker import SEATS
from domain.workforce_training import GRADE, Grade, ProposeAppraisal


class Appraisal(Record):
    """What is put forward of a year. Source: plan 二6: 加大对儿童主任的考核、激励力度."""

    worker: UUID
    appraised_year: Annotated[int, BeforeValidator(parse_whole), Field(ge=2000, le=2100)]
    grade: Annotated[str, coded(GRADE)]
    incentive_yuan: Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=1_000_000)]
    account: Note = None


def _key(record: Appraisal) -> Sequence[str]:
    return (str(record.worker), str(record.appraised_year))


def _state(record: Appraisal, statement: Statement) -> None:
    statement.execute(
        ProposeAppraisal(
            worker=record.worker,
            appraised_year=record.appraised_year,
            grade=Grade(record.grade),
            incentive_yuan=record.incentive_yuan,
            account=record.account,
        )
    )


KIND = RecordKind(
    name="workforce.appraisal",
    title="年度考核登记",
    seats=SEATS,
    model=Appraisal,
    columns=(
        WORKER_NUMBER,
        Column("appraised_year", "考核年度", required=True, example="2025"),
        code_column(GRADE, "grade", "考核等次", required=True, example="称职"),
        Column("incentive_yuan", "激励金额（元）", required=True, example="500"),
        Column("account", "考核说明", note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
