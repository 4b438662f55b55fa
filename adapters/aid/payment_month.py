"""That all payments of a month are stated (保障资金月度确认): finance is told the totals;
source: plan 三1 (P54)."""

from __future__ import annotations

from adapters.aid.payment import MONTH, PAYERS, Month
from adapters.intake.columns import Column
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from domain.aid_payment import ConfirmPayments


class PaymentMonth(Record):
    """One month, confirmed on a day; what is put right later is told by another confirmation."""

    month: Month
    confirmed_on: PastDay


def _state(record: PaymentMonth, statement: Statement) -> None:
    confirmed = ConfirmPayments(payer=statement.actor.organisation, month=record.month)
    statement.execute(confirmed, occurred_on=record.confirmed_on)


KIND = RecordKind(
    name="aid.payment_month",
    title="保障资金月度确认",
    seats=PAYERS,
    model=PaymentMonth,
    columns=(
        MONTH,
        Column(
            "confirmed_on",
            "确认日期",
            required=True,
            example="2025-04-01",
            note="更正后再次确认的，填新的日期，财政局看到的是最近一次",
        ),
    ),
    natural_key=lambda record: (record.month, record.confirmed_on.isoformat()),
    state=_state,
)
