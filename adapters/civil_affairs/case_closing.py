"""Closings of guardianship cases (监护个案结案登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.guardianship_commands import (
    CloseGuardianshipCase,
)
from domain.organisations import Seat


class CaseClosing(ChildRecord):
    """One closing (结案) of a child's guardianship case, with its reason."""

    closed_on: PastDay
    reason: Annotated[str, Field(max_length=2000)]


COLUMNS = (
    *child_columns("儿童姓名"),
    Column("closed_on", "结案日期", aliases=("结案时间",), required=True, example="2025-03-31"),
    Column(
        "reason",
        "结案原因",
        aliases=("结案理由", "说明", "备注"),
        required=True,
        example="随访期满，监护情况良好",
        note="不超过2000字",
    ),
)


def _key(record: CaseClosing) -> Sequence[str]:
    return (*record.child_key(), record.closed_on.isoformat())


def _state(record: CaseClosing, statement: Statement) -> None:
    statement.execute(
        CloseGuardianshipCase(
            child_ref=statement.child(record.claim(statement.places)), reason=record.reason
        ),
        occurred_on=record.closed_on,
    )


KIND = RecordKind(
    name="civil_affairs.case_closing",
    title="监护个案结案登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=CaseClosing,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
