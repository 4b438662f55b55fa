"""Support plans of families in special difficulty (家庭支持计划登记); source: plan 二2 (P12);
沪未保 80."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.family_support_events import SUPPORT_BASIS, SetSupportPlan, SupportBasis
from domain.organisations import Seat

LEADING = (Seat.TOWN, Seat.CIVIL_AFFAIRS)
"""Who leads the support of a family."""


class FamilySupport(ChildRecord):
    """One plan for one child's family, agreed to by it or not."""

    set_on: PastDay
    support_basis: Annotated[str, coded(SUPPORT_BASIS)]
    agreed: YesNo
    account: Note = None


def _key(record: FamilySupport) -> Sequence[str]:
    return (*record.child_key(), record.set_on.isoformat())


def _state(record: FamilySupport, statement: Statement) -> None:
    statement.execute(
        SetSupportPlan(
            child_ref=statement.child(record.claim(statement.places)),
            set_on=record.set_on,
            agreed=record.agreed,
            basis=SupportBasis(record.support_basis),
            account=record.account,
        ),
        occurred_on=record.set_on,
    )


KIND = RecordKind(
    name="town.family_support",
    title="家庭支持计划登记",
    seats=LEADING,
    model=FamilySupport,
    columns=(
        *child_columns("儿童姓名"),
        Column("set_on", "制定日期", required=True, example="2025-03-26"),
        code_column(
            SUPPORT_BASIS, "support_basis", "支持依据", required=True, example="家庭自愿申请"
        ),
        code_column(
            YES_NO,
            "agreed",
            "家庭是否同意",
            required=True,
            example="是",
            note="填“否”的，系统交民政局核实，并按期提醒再次提供",
        ),
        Column("account", "家庭困难和支持目标", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
