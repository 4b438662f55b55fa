"""That the works in a child's home are finished (居室施工完工); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.home_renovation_events import FinishHomeWorks
from domain.organisations import Seat


class HomeWorksFinish(ChildRecord):
    """That the works in one child's home are done."""

    finished_on: PastDay
    problem: YesNo
    account: Note = None


def _key(record: HomeWorksFinish) -> Sequence[str]:
    return (*record.child_key(), record.finished_on.isoformat())


def _state(record: HomeWorksFinish, statement: Statement) -> None:
    statement.execute(
        FinishHomeWorks(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.finished_on,
            problem=record.problem,
            account=record.account,
        ),
        occurred_on=record.finished_on,
    )


KIND = RecordKind(
    name="home.works_finish",
    title="居室施工完工",
    seats=(*LEADING, Seat.SOCIAL_ORGANISATION),
    model=HomeWorksFinish,
    columns=(
        *child_columns("儿童姓名"),
        Column("finished_on", "完工日期", required=True, example="2025-03-26"),
        code_column(
            YES_NO,
            "problem",
            "施工中发现安全隐患",
            required=True,
            example="否",
            note="填“是”的，系统立即列入问题清单交街镇处置",
        ),
        Column(
            "account",
            "完工情况",
            aliases=("说明", "备注"),
            note="不超过2000字；发现疑似伤害的另填强制报告，不写在这里",
        ),
    ),
    natural_key=_key,
    state=_state,
)
