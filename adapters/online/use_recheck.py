"""Whether it is better (网络沉迷复查登记); source: plan 二5 (P41: 矫正)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.online.measures import LEADING
from domain.online_protection_events import ONLINE_FINDING, OnlineFinding, RecheckOnlineUse
from domain.voluntary_guidance import matter_of


class OnlineRecheck(ChildRecord):
    """One look at one child after something was done."""

    rechecked_on: PastDay
    finding: Annotated[str, coded(ONLINE_FINDING)]
    account: Note = None


def _key(record: OnlineRecheck) -> Sequence[str]:
    return (*record.child_key(), record.rechecked_on.isoformat())


def _state(record: OnlineRecheck, statement: Statement) -> None:
    statement.execute(
        RecheckOnlineUse(
            child_ref=statement.child(record.claim(statement.places)),
            matter=matter_of(statement.actor.organisation),
            rechecked_on=record.rechecked_on,
            finding=OnlineFinding(record.finding),
            account=record.account,
        ),
        occurred_on=record.rechecked_on,
    )


KIND = RecordKind(
    name="online.use_recheck",
    title="网络沉迷复查登记",
    seats=LEADING,
    model=OnlineRecheck,
    columns=(
        *child_columns("儿童姓名"),
        Column("rechecked_on", "复查日期", required=True, example="2025-03-28"),
        code_column(ONLINE_FINDING, "finding", "复查情况", required=True, example="正在好转"),
        Column("account", "复查说明", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
