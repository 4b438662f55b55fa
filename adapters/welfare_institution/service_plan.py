"""Service plans of placed children (服务计划登记); source: plan 二2 (P16); 未保法 93."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.service_plan_events import SetServicePlan


class ServicePlan(ChildRecord):
    """One plan for one child in care: its four parts, of which the care is never left out."""

    set_on: PastDay
    care_plan: Annotated[str, Field(max_length=2000)]
    education_plan: Note = None
    medical_plan: Note = None
    psychology_plan: Note = None


def _key(record: ServicePlan) -> Sequence[str]:
    return (*record.child_key(), record.set_on.isoformat())


def _state(record: ServicePlan, statement: Statement) -> None:
    statement.execute(
        SetServicePlan(
            child_ref=statement.child(record.claim(statement.places)),
            set_on=record.set_on,
            care=record.care_plan,
            education=record.education_plan,
            medical=record.medical_plan,
            psychology=record.psychology_plan,
        ),
        occurred_on=record.set_on,
    )


KIND = RecordKind(
    name="welfare_institution.service_plan",
    title="服务计划登记",
    seats=(Seat.WELFARE_INSTITUTION, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=ServicePlan,
    columns=(
        *child_columns("儿童姓名"),
        Column("set_on", "制定日期", required=True, example="2025-03-26"),
        Column(
            "care_plan",
            "养育安排",
            aliases=("照料安排",),
            required=True,
            example="固定照料人，每周与祖母视频",
            note="不超过2000字",
        ),
        Column("education_plan", "教育安排", note="填写的，系统交教育局落实；不超过2000字"),
        Column("medical_plan", "医疗安排", note="填写的，系统交卫健委落实；不超过2000字"),
        Column("psychology_plan", "心理服务安排", note="填写的，系统交卫健委落实；不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
