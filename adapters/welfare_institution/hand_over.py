"""Receipts of a child's hand-over (交接登记); source: plan 二2 (P16); 未保法 93, 94."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.hand_over import DIRECTION, Direction, RecordHandOver
from domain.organisations import Seat


class HandOver(ChildRecord):
    """That one child was handed over: by whom to whom, when, with what, and how it was."""

    direction: Annotated[str, coded(DIRECTION)]
    handed_on: PastDay
    handed_at: Annotated[str | None, Field(max_length=20)] = None
    gave: ShortText
    received: ShortText
    things: Note = None
    condition: Note = None
    medicines: Note = None


def _key(record: HandOver) -> Sequence[str]:
    return (*record.child_key(), record.direction, record.handed_on.isoformat())


def _state(record: HandOver, statement: Statement) -> None:
    statement.execute(
        RecordHandOver(
            child_ref=statement.child(record.claim(statement.places)),
            direction=Direction(record.direction),
            handed_on=record.handed_on,
            handed_at=record.handed_at,
            gave=record.gave,
            received=record.received,
            things=record.things,
            condition=record.condition,
            medicines=record.medicines,
        ),
        occurred_on=record.handed_on,
    )


KIND = RecordKind(
    name="welfare_institution.hand_over",
    title="儿童交接登记",
    seats=(Seat.WELFARE_INSTITUTION, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=HandOver,
    columns=(
        *child_columns("儿童姓名"),
        code_column(DIRECTION, "direction", "交接类别", required=True, example="接收入住"),
        Column("handed_on", "交接日期", required=True, example="2025-03-26"),
        Column("handed_at", "交接时间", example="15时30分", note="不超过20字"),
        Column("gave", "交出人", required=True, example="示例民警", note="姓名和单位或关系"),
        Column("received", "接收人", required=True, example="示例照料员", note="姓名和单位或关系"),
        Column("things", "随身物品", note="不超过2000字"),
        Column("condition", "身体状况", note="不超过2000字"),
        Column("medicines", "用药情况", note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
