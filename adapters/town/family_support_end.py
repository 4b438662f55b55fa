"""Ends of a family's support (家庭支持结束登记); source: plan 二2 (P12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.town.family_support import LEADING
from domain.family_support_events import SUPPORT_RESULT, EndSupportPlan, SupportResult


class FamilySupportEnd(ChildRecord):
    """That the support of one child's family is over, and what it came to."""

    ended_on: PastDay
    result: Annotated[str, coded(SUPPORT_RESULT)]
    account: Note = None


def _key(record: FamilySupportEnd) -> Sequence[str]:
    return (*record.child_key(), record.ended_on.isoformat())


def _state(record: FamilySupportEnd, statement: Statement) -> None:
    statement.execute(
        EndSupportPlan(
            child_ref=statement.child(record.claim(statement.places)),
            ended_on=record.ended_on,
            result=SupportResult(record.result),
            account=record.account,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="town.family_support_end",
    title="家庭支持结束登记",
    seats=LEADING,
    model=FamilySupportEnd,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "ended_on",
            "结束日期",
            required=True,
            example="2025-03-28",
            note="由制定计划以外的人本人登录后登记",
        ),
        code_column(SUPPORT_RESULT, "result", "支持结果", required=True, example="监护改善"),
        Column("account", "结束说明", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
