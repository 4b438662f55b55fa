"""What was given, fitted or done of services in kind (给付适配登记); source: plan 二3 (P25)."""

from __future__ import annotations

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import Note
from adapters.intake.records import PastDay, RecordKind, Statement
from domain.aid_events import GiveAid
from domain.organisations import Seat


class Delivery(AidRecord):
    """A device fitted, an operation done."""

    given_on: PastDay
    account: Note = None


def _state(record: Delivery, statement: Statement) -> None:
    given = GiveAid(**about(record, statement), given_on=record.given_on, account=record.account)
    statement.execute(given, occurred_on=record.given_on)


KIND = RecordKind(
    name="aid.delivery",
    title="辅具适配和手术登记",
    seats=(Seat.DISABLED_FEDERATION,),
    model=Delivery,
    columns=(
        *COLUMNS,
        Column(
            "given_on",
            "适配或手术日期",
            aliases=("给付日期", "手术日期", "适配日期"),
            required=True,
            example="2025-03-28",
        ),
        Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=lambda record: (*key_of(record), record.given_on.isoformat()),
    state=_state,
)
