"""Refused applications, revoked orders (人身安全保护令驳回、撤销登记); source: 反家暴法 28–31."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.organisations import Seat
from domain.protection_order import PROTECTION_END, EndProtection, ProtectionEnd


class ProtectionEnded(ChildRecord):
    """One decision by which an application is refused or an order revoked."""

    decided_on: PastDay
    how: Annotated[str, coded(PROTECTION_END)]
    reason: Note = None


def _key(record: ProtectionEnded) -> Sequence[str]:
    return (*record.child_key(), record.decided_on.isoformat(), record.how)


def _state(record: ProtectionEnded, statement: Statement) -> None:
    statement.execute(
        EndProtection(
            child_ref=statement.child(record.claim(statement.places)),
            decided_on=record.decided_on,
            how=ProtectionEnd(record.how),
            reason=record.reason,
        ),
        occurred_on=record.decided_on,
    )


KIND = RecordKind(
    name="court.protection_end",
    title="人身安全保护令驳回、撤销登记",
    seats=(Seat.COURT,),
    model=ProtectionEnded,
    columns=(
        *child_columns("未成年人姓名"),
        Column("decided_on", "裁定日期", required=True, example="2025-03-31"),
        code_column(PROTECTION_END, "how", "裁定结果", required=True, example="驳回申请"),
        Column("reason", "裁定理由", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
