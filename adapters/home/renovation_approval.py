"""Approvals of the renovation of a child's home (居室微改造审批); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, parse_yuan
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.home_renovation_events import ApproveHomeRenovation


class HomeApproval(ChildRecord):
    """What may be spent on one child's home."""

    approved_on: PastDay
    yuan: Annotated[int, BeforeValidator(parse_yuan), Field(ge=1)]
    project: ShortText | None = None
    account: Note = None


def _key(record: HomeApproval) -> Sequence[str]:
    return (*record.child_key(), record.approved_on.isoformat())


def _state(record: HomeApproval, statement: Statement) -> None:
    statement.execute(
        ApproveHomeRenovation(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.approved_on,
            yuan=record.yuan,
            project=record.project,
            account=record.account,
        ),
        occurred_on=record.approved_on,
    )


KIND = RecordKind(
    name="home.renovation_approval",
    title="居室微改造审批",
    seats=LEADING,
    model=HomeApproval,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "approved_on",
            "审批日期",
            required=True,
            example="2025-03-10",
            note="由提议、评估以外的人本人登录后登记",
        ),
        Column("yuan", "批准金额（元）", required=True, example="6000"),
        Column("project", "慈善项目", note="使用慈善资金的必填，与慈善项目登记一致"),
        Column("account", "审批意见", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
