"""Reviews of a family's support plan (家庭支持评估登记); source: plan 二2 (P12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.town.family_support import LEADING
from domain.family_support_events import SUPPORT_VERDICT, ReviewSupportPlan, SupportVerdict


class FamilyReview(ChildRecord):
    """One review of the plan that runs for one child's family."""

    reviewed_on: PastDay
    verdict: Annotated[str, coded(SUPPORT_VERDICT)]
    account: Note = None


def _key(record: FamilyReview) -> Sequence[str]:
    return (*record.child_key(), record.reviewed_on.isoformat())


def _state(record: FamilyReview, statement: Statement) -> None:
    statement.execute(
        ReviewSupportPlan(
            child_ref=statement.child(record.claim(statement.places)),
            reviewed_on=record.reviewed_on,
            verdict=SupportVerdict(record.verdict),
            account=record.account,
        ),
        occurred_on=record.reviewed_on,
    )


KIND = RecordKind(
    name="town.family_review",
    title="家庭支持评估登记",
    seats=LEADING,
    model=FamilyReview,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "reviewed_on",
            "评估日期",
            required=True,
            example="2025-03-28",
            note="由制定计划以外的人本人登录后登记",
        ),
        code_column(SUPPORT_VERDICT, "verdict", "评估意见", required=True, example="继续支持"),
        Column("account", "评估情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
