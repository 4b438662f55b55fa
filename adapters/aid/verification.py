"""Verifications of applications (保障申请核验登记); source: plan 二3 (P22); 街镇核验 [S12]."""

from __future__ import annotations

from typing import Annotated

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import PastDay, RecordKind, Statement, coded
from domain.aid_codes import AID_FINDING, Finding
from domain.aid_events import VerifyAid
from domain.organisations import Seat


class Verification(AidRecord):
    """What an office found of one application."""

    verified_on: PastDay
    finding: Annotated[str, coded(AID_FINDING)]
    account: Note = None


def _state(record: Verification, statement: Statement) -> None:
    statement.execute(
        VerifyAid(
            **about(record, statement),
            verified_on=record.verified_on,
            finding=Finding(record.finding),
            account=record.account,
        ),
        occurred_on=record.verified_on,
    )


KIND = RecordKind(
    name="aid.verification",
    title="保障申请核验登记",
    seats=(
        Seat.TOWN,
        Seat.SCHOOL,
        Seat.EDUCATION,
        Seat.DISABLED_FEDERATION,
        Seat.CIVIL_AFFAIRS,
    ),
    model=Verification,
    columns=(
        *COLUMNS,
        Column("verified_on", "核验日期", required=True, example="2025-03-14"),
        code_column(
            AID_FINDING,
            "finding",
            "核验结果",
            aliases=("核验意见", "评估结果"),
            required=True,
            example="符合条件",
            note="需补正的，补正后重新核验登记",
        ),
        Column("account", "核验情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=lambda record: (*key_of(record), record.verified_on.isoformat()),
    state=_state,
)
