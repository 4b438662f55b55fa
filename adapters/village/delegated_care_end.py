"""Ends of delegated care (委托照护结束登记); source: 未保法 22."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.delegated_care import EndDelegatedCare
from domain.organisations import Seat


class DelegatedCareEnd(ChildRecord):
    """One child whose parents care for it again, or who is cared for otherwise."""

    ended_on: PastDay
    account: Note = None


def _key(record: DelegatedCareEnd) -> Sequence[str]:
    return (*record.child_key(), record.ended_on.isoformat())


def _state(record: DelegatedCareEnd, statement: Statement) -> None:
    statement.execute(
        EndDelegatedCare(
            child_ref=statement.child(record.claim(statement.places)),
            ended_on=record.ended_on,
            account=record.account,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="village.delegated_care_end",
    title="委托照护结束登记",
    seats=(Seat.VILLAGE, Seat.TOWN),
    model=DelegatedCareEnd,
    columns=(
        *child_columns("儿童姓名"),
        Column("ended_on", "委托结束日期", required=True, example="2025-03-30"),
        Column("account", "结束情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
