"""Items of the yearly work lists (工作清单登记), as offices list them for themselves, and civil
affairs for others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText
from adapters.intake.records import (
    Day,
    PastDay,
    Record,
    RecordKind,
    Statement,
    organisation_of,
)
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber, parse_period
from domain.organisations import Seat, seat_of
from domain.work_item import ListWorkItem


class WorkItemRow(Record):
    """One item. Source: plan 三1 (列入年度重点工作; 制定相关工作清单)."""

    number: RegisterNumber
    year: Annotated[str, BeforeValidator(parse_period)]
    assigned_to: ShortText
    title: ShortText
    held_on: PastDay
    finish_by: Day


def _key(record: WorkItemRow) -> Sequence[str]:
    return (record.number,)


def _state(record: WorkItemRow, statement: Statement) -> None:
    owner = organisation_of(record.assigned_to, "承办单位", statement.places)
    of_town = seat_of(owner) is Seat.TOWN
    statement.execute(
        ListWorkItem(
            register_number=record.number,
            owner=owner,
            town=statement.places.town_of(owner) if of_town else None,
            for_period=record.year[:4],
            held_on=record.held_on,
            finish_by=record.finish_by,
            title=record.title,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="programmes.work_item",
    title="工作清单登记",
    seats=PUBLISHING,
    model=WorkItemRow,
    columns=(
        Column(
            "number", "清单编号", required=True, example="QD-2025-01", note="两个字母加数字，自编"
        ),
        Column("year", "年度", required=True, example="2025"),
        Column(
            "assigned_to",
            "承办单位",
            required=True,
            example="岳阳街道未保站",
            note="单位在本平台的全称",
            sensitive=False,
        ),
        Column("title", "工作事项", required=True, example="示例重点工作"),
        Column("held_on", "列入日期", required=True, example="2025-01-10"),
        Column("finish_by", "完成期限", required=True, example="2025-11-30"),
    ),
    natural_key=_key,
    state=_state,
)
