"""Inspections, patrols and maintenance (检查登记) of places, and civil affairs' full inspection of
organisations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, code_column
from adapters.intake.records import (
    PastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import OptionalRegisterNumber, People
from domain.identifiers import squeeze_text
from domain.site import INSPECTION, Inspection, RecordInspection


class InspectionRow(Record):
    """One inspection on a day. Source: plan 二5 (检查排查, 河湖巡查), 三2 (全面检查)."""

    inspection: Annotated[str, coded(INSPECTION)]
    held_on: PastDay
    number: OptionalRegisterNumber = None
    unit: Annotated[str | None, Field(max_length=100)] = None
    hazards: People = 0
    account: Note = None


def _key(record: InspectionRow) -> Sequence[str]:
    of = record.number or squeeze_text(record.unit or "")
    return (record.inspection, of, record.held_on.isoformat())


def _state(record: InspectionRow, statement: Statement) -> None:
    places = statement.places
    statement.execute(
        RecordInspection(
            record_id=statement.record_id,
            register_number=record.number,
            unit=organisation_of(record.unit, "被检查单位", places) if record.unit else None,
            inspection=Inspection(record.inspection),
            held_on=record.held_on,
            hazards=record.hazards,
            account=record.account,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="programmes.inspection",
    title="检查登记",
    seats=PUBLISHING,
    model=InspectionRow,
    columns=(
        code_column(INSPECTION, "inspection", "检查类别", required=True, example="河湖巡查"),
        Column("held_on", "检查日期", required=True, example="2025-03-14"),
        Column("number", "场所编号", example="CS-0001", note="全面检查不填"),
        Column("unit", "被检查单位", note="全面检查填写，单位在本平台的全称", sensitive=False),
        Column("hazards", "隐患数", example="1", note="每处隐患另行登记"),
        Column("account", "检查情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
