"""The police answer an entry check (入职查询结果): the result, and nothing else.

There is no column for an offence, a reason or a remark (未保法 62; domain reference §7).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, code_column
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded
from adapters.intake.workforce import WORKER_NUMBER
from domain.entry_check import AnswerEntryCheck
from domain.organisations import Seat
from domain.workforce_codes import CHECK_RESULT, CheckResult


class EntryCheckResult(Record):
    """What came of a query. Source: 未保法 62, 98; plan 二6 (P45)."""

    worker: UUID
    result: Annotated[str, coded(CHECK_RESULT)]
    queried_on: PastDay
    document_number: ShortText


def _key(record: EntryCheckResult) -> Sequence[str]:
    return (str(record.worker), record.document_number)


def _state(record: EntryCheckResult, statement: Statement) -> None:
    statement.execute(
        AnswerEntryCheck(
            worker=record.worker,
            result=CheckResult(record.result),
            queried_on=record.queried_on,
            document=record.document_number,
        ),
        occurred_on=record.queried_on,
    )


KIND = RecordKind(
    name="police.entry_check",
    title="入职查询结果",
    seats=(Seat.POLICE, Seat.POLICE_STATION),
    model=EntryCheckResult,
    columns=(
        WORKER_NUMBER,
        code_column(CHECK_RESULT, "result", "查询结果", required=True, example="可以录用"),
        Column("queried_on", "查询日期", required=True, example="2025-03-03"),
        Column(
            "document_number",
            "回执编号",
            required=True,
            example="示入查〔2025〕0001号",
            note="只填回执编号；不写案由和理由",
        ),
    ),
    natural_key=_key,
    state=_state,
)
