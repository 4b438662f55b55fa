"""Reviews of service plans (服务计划评估登记); source: plan 二2 (P16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.organisations import Seat
from domain.service_plan_events import PLAN_VERDICT, PlanVerdict, ReviewServicePlan


class ServicePlanReview(ChildRecord):
    """One look at how the plan of a child in care works."""

    reviewed_on: PastDay
    verdict: Annotated[str, coded(PLAN_VERDICT)]
    account: Note = None


def _key(record: ServicePlanReview) -> Sequence[str]:
    return (*record.child_key(), record.reviewed_on.isoformat())


def _state(record: ServicePlanReview, statement: Statement) -> None:
    statement.execute(
        ReviewServicePlan(
            child_ref=statement.child(record.claim(statement.places)),
            reviewed_on=record.reviewed_on,
            verdict=PlanVerdict(record.verdict),
            account=record.account,
        ),
        occurred_on=record.reviewed_on,
    )


KIND = RecordKind(
    name="welfare_institution.service_plan_review",
    title="服务计划评估登记",
    seats=(Seat.WELFARE_INSTITUTION, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=ServicePlanReview,
    columns=(
        *child_columns("儿童姓名"),
        Column("reviewed_on", "评估日期", required=True, example="2025-03-28"),
        code_column(
            PLAN_VERDICT,
            "verdict",
            "评估意见",
            required=True,
            example="继续执行",
            note="需要调整的，按期重新制定服务计划",
        ),
        Column("account", "执行情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
