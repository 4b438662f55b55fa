"""That a hazard was put right (整改登记), by whoever owes it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import RegisterNumber
from domain.hazard import RectifyHazard
from domain.organisations import Seat


class RectificationRow(Record):
    """One hazard put right. Source: plan 二5 (严格落实安全工作责任措施)."""

    number: RegisterNumber
    rectified_on: PastDay
    account: Note = None


def _key(record: RectificationRow) -> Sequence[str]:
    return (record.number, record.rectified_on.isoformat())


def _state(record: RectificationRow, statement: Statement) -> None:
    statement.execute(
        RectifyHazard(
            register_number=record.number, rectified_on=record.rectified_on, account=record.account
        ),
        occurred_on=record.rectified_on,
    )


KIND = RecordKind(
    name="programmes.rectification",
    title="隐患整改登记",
    seats=(*PUBLISHING, Seat.COURT, Seat.VILLAGE),
    model=RectificationRow,
    columns=(
        Column("number", "隐患编号", required=True, example="YH-0001"),
        Column("rectified_on", "整改日期", required=True, example="2025-03-28"),
        Column("account", "整改情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
