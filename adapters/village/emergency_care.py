"""Emergency care of children (紧急临时照料登记); source: 民法典 34(4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_care import BeginEmergencyCare
from domain.organisations import Seat


class EmergencyCare(ChildRecord):
    """One child whose guardian cannot care for it just now, and whom somebody cares for."""

    begun_on: PastDay
    place: Annotated[str | None, Field(max_length=100)] = None
    account: Note = None


def _key(record: EmergencyCare) -> Sequence[str]:
    return (*record.child_key(), record.begun_on.isoformat())


def _state(record: EmergencyCare, statement: Statement) -> None:
    claim = record.claim(statement.places)
    statement.execute(
        BeginEmergencyCare(
            child_ref=statement.child(claim),
            town=claim.town,
            begun_on=record.begun_on,
            place=record.place,
            account=record.account,
        ),
        occurred_on=record.begun_on,
    )


KIND = RecordKind(
    name="village.emergency_care",
    title="紧急临时照料登记",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=EmergencyCare,
    columns=(
        *child_columns("儿童姓名"),
        Column("begun_on", "照料开始日期", required=True, example="2025-03-20"),
        Column("place", "照料地点", note="在哪里、由谁照料，不超过100字"),
        Column("account", "照料情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
