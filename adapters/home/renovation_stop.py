"""Renovations that end without one (居室微改造终止); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.home_renovation_events import HOME_STOP, HomeStop, StopHomeRenovation


class HomeStopped(ChildRecord):
    """That the renovation of one child's home ends, and why."""

    stopped_on: PastDay
    stop_reason: Annotated[HomeStop, coded(HOME_STOP)]
    account: Note = None


def _key(record: HomeStopped) -> Sequence[str]:
    return (*record.child_key(), record.stopped_on.isoformat())


def _state(record: HomeStopped, statement: Statement) -> None:
    statement.execute(
        StopHomeRenovation(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.stopped_on,
            stop_reason=record.stop_reason,
            account=record.account,
        ),
        occurred_on=record.stopped_on,
    )


KIND = RecordKind(
    name="home.renovation_stop",
    title="居室微改造终止",
    seats=LEADING,
    model=HomeStopped,
    columns=(
        *child_columns("儿童姓名"),
        Column("stopped_on", "终止日期", required=True, example="2025-03-28"),
        code_column(HOME_STOP, "stop_reason", "终止原因", required=True, example="未予批准"),
        Column("account", "终止说明", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
