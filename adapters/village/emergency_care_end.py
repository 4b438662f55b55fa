"""Ends of emergency care (紧急临时照料结束登记); source: 民法典 34(4)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_care import EndEmergencyCare
from domain.organisations import Seat


class EmergencyCareEnd(ChildRecord):
    """One child for whom its guardian cares again."""

    ended_on: PastDay
    account: Note = None


def _key(record: EmergencyCareEnd) -> Sequence[str]:
    return (*record.child_key(), record.ended_on.isoformat())


def _state(record: EmergencyCareEnd, statement: Statement) -> None:
    statement.execute(
        EndEmergencyCare(
            child_ref=statement.child(record.claim(statement.places)),
            ended_on=record.ended_on,
            account=record.account,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="village.emergency_care_end",
    title="紧急临时照料结束登记",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=EmergencyCareEnd,
    columns=(
        *child_columns("儿童姓名"),
        Column("ended_on", "照料结束日期", required=True, example="2025-03-22"),
        Column("account", "结束情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
