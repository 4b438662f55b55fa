"""Acceptance of the works in a child's home (居室微改造验收); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.home_renovation_events import CheckHomeWorks


class HomeAcceptance(ChildRecord):
    """Whether the works in one child's home pass, and what child and family say."""

    checked_on: PastDay
    passed: YesNo
    problem: YesNo
    childs_view: Note = None
    familys_view: Note = None
    account: Note = None


def _key(record: HomeAcceptance) -> Sequence[str]:
    return (*record.child_key(), record.checked_on.isoformat())


def _state(record: HomeAcceptance, statement: Statement) -> None:
    statement.execute(
        CheckHomeWorks(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.checked_on,
            passed=record.passed,
            problem=record.problem,
            childs_view=record.childs_view,
            familys_view=record.familys_view,
            account=record.account,
        ),
        occurred_on=record.checked_on,
    )


KIND = RecordKind(
    name="home.works_acceptance",
    title="居室微改造验收",
    seats=LEADING,
    model=HomeAcceptance,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "checked_on",
            "验收日期",
            required=True,
            example="2025-03-28",
            note="由安排施工、登记完工以外的人本人登录后登记",
        ),
        code_column(
            YES_NO,
            "passed",
            "验收是否合格",
            required=True,
            example="是",
            note="不合格的重新安排施工",
        ),
        code_column(
            YES_NO,
            "problem",
            "发现安全隐患",
            required=True,
            example="否",
            note="填“是”的，系统立即列入问题清单交街镇处置",
        ),
        Column("childs_view", "儿童的评价", note="用儿童自己的话，不超过2000字"),
        Column("familys_view", "家庭的评价", note="用家庭自己的话，不超过2000字"),
        Column("account", "验收情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
