"""Looks at a renovated home months later (居室微改造回访); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.home_renovation_events import FollowUpHome
from domain.organisations import Seat


class HomeFollowUp(ChildRecord):
    """One look at one child's renovated home."""

    followed_up_on: PastDay
    lasting: YesNo
    problem: YesNo
    childs_view: Note = None
    account: Note = None


def _key(record: HomeFollowUp) -> Sequence[str]:
    return (*record.child_key(), record.followed_up_on.isoformat())


def _state(record: HomeFollowUp, statement: Statement) -> None:
    statement.execute(
        FollowUpHome(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.followed_up_on,
            lasting=record.lasting,
            problem=record.problem,
            childs_view=record.childs_view,
            account=record.account,
        ),
        occurred_on=record.followed_up_on,
    )


KIND = RecordKind(
    name="home.renovation_follow_up",
    title="居室微改造回访",
    seats=(Seat.VILLAGE, *LEADING),
    model=HomeFollowUp,
    columns=(
        *child_columns("儿童姓名"),
        Column("followed_up_on", "回访日期", required=True, example="2025-03-28"),
        code_column(
            YES_NO,
            "lasting",
            "改善是否保持",
            required=True,
            example="是",
            note="填“是”的办结；填“否”的按期再回访",
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
        Column(
            "account",
            "回访情况",
            aliases=("说明", "备注"),
            note="不超过2000字；发现疑似伤害的另填强制报告，不写在这里",
        ),
    ),
    natural_key=_key,
    state=_state,
)
