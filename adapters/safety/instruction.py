"""Safety instructions (安全提示登记), by police, civil affairs, court and the town's station."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns
from adapters.intake.records import (
    ChildRecord,
    Day,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
)
from adapters.intake.told import read_told
from domain.organisations import Seat
from domain.safety_instruction import EndSafetyInstruction, IssueSafetyInstruction


class SafetyInstruction(ChildRecord):
    """One instruction on one child: the line, whom to call, until when, who is told. There is no
    field for a reason."""

    issued_on: PastDay
    text: Annotated[str, Field(max_length=200)]
    call: ShortText
    until: Day
    told_units: Annotated[str, Field(max_length=500)]
    ended_on: OptionalPastDay = None


def _key(record: SafetyInstruction) -> Sequence[str]:
    return (*record.child_key(), record.issued_on.isoformat())


def _state(record: SafetyInstruction, statement: Statement) -> None:
    seats, organisations = read_told(record.told_units, statement.places)
    child = statement.child(record.claim(statement.places))
    if record.ended_on is not None:
        end = EndSafetyInstruction(child_ref=child, issued_on=record.issued_on)
        statement.execute(end, occurred_on=record.ended_on)
        return
    statement.execute(
        IssueSafetyInstruction(
            child_ref=child,
            text=record.text,
            call=record.call,
            until=record.until,
            issued_on=record.issued_on,
            seats=seats,
            organisations=organisations,
        ),
        occurred_on=record.issued_on,
    )


KIND = RecordKind(
    name="safety.instruction",
    title="安全提示登记",
    seats=(Seat.POLICE, Seat.POLICE_STATION, Seat.CIVIL_AFFAIRS, Seat.COURT, Seat.TOWN),
    model=SafetyInstruction,
    columns=(
        *child_columns("儿童姓名"),
        Column("issued_on", "发布日期", required=True, example="2025-03-14"),
        Column(
            "text",
            "安全提示",
            aliases=("提示内容",),
            required=True,
            example="请勿单独放行，先电话联系",
            note="一行，不写原因，不写证件号和电话",
        ),
        Column(
            "call",
            "值班电话",
            required=True,
            example="110",
            note="单位的固定电话或短号",
        ),
        Column("until", "有效期至", required=True, example="2025-09-13", note="最长六个月"),
        Column(
            "told_units",
            "告知单位",
            aliases=("告知",),
            required=True,
            example="学校、村居",
            note="单位类别或单位全称，用顿号分开；指该儿童所在的学校、村居等",
        ),
        Column(
            "ended_on", "撤销日期", aliases=("撤销",), note="撤销时填写，与原登记的发布日期一起重报"
        ),
    ),
    natural_key=_key,
    state=_state,
)
