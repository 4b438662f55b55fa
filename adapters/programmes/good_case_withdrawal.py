"""Good cases that are shown no more (好案例撤下登记); source: plan 三3 (P59)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber
from domain.good_case import WithdrawGoodCase


class GoodCaseWithdrawalRow(Record):
    """That one story is withdrawn."""

    number: RegisterNumber
    withdrawn_on: PastDay
    account: Note = None


def _key(record: GoodCaseWithdrawalRow) -> Sequence[str]:
    return (record.number, record.withdrawn_on.isoformat())


def _state(record: GoodCaseWithdrawalRow, statement: Statement) -> None:
    statement.execute(
        WithdrawGoodCase(register_number=record.number, account=record.account),
        occurred_on=record.withdrawn_on,
    )


KIND = RecordKind(
    name="programmes.good_case_withdrawal",
    title="好案例撤下登记",
    seats=PUBLISHING,
    model=GoodCaseWithdrawalRow,
    columns=(
        Column("number", "案例编号", required=True, example="AL-0001"),
        Column("withdrawn_on", "撤下日期", required=True, example="2025-03-20"),
        Column("account", "撤下原因", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
