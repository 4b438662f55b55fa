"""Ends of aid, and applications that a family withdraws (保障终止登记); source: plan 二3
(P22); 沪府规〔2025〕11号."""

from __future__ import annotations

from typing import Annotated

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import PastDay, RecordKind, Statement, coded
from domain.aid_codes import AID_END
from domain.aid_events import EndAid
from domain.organisations import Seat


class End(AidRecord):
    """Aid that is over, and why."""

    ended_on: PastDay
    end_reason: Annotated[str, coded(AID_END)]
    account: Note = None


def _state(record: End, statement: Statement) -> None:
    ended = EndAid(
        **about(record, statement),
        ended_on=record.ended_on,
        end_reason=record.end_reason,
        account=record.account,
    )
    statement.execute(ended, occurred_on=record.ended_on)


KIND = RecordKind(
    name="aid.end",
    title="保障终止登记",
    seats=(
        Seat.TOWN,
        Seat.SCHOOL,
        Seat.EDUCATION,
        Seat.DISABLED_FEDERATION,
        Seat.CIVIL_AFFAIRS,
    ),
    model=End,
    columns=(
        *COLUMNS,
        Column("ended_on", "结束日期", aliases=("终止日期",), required=True, example="2025-03-28"),
        code_column(AID_END, "end_reason", "终止原因", required=True, example="迁出本区"),
        Column("account", "情况说明", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=key_of,
    state=_state,
)
