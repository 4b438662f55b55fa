"""What a family says to a renovation of its home (居室微改造家庭意见); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.home.renovation_assessment import LEADING
from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import (
    ChildRecord,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
    coded,
)
from domain.home_renovation_events import HOME_TENURE, AnswerHomeRenovation, HomeTenure


class HomeAnswer(ChildRecord):
    """What one child's guardian says: agreed to, or not."""

    answered_on: PastDay
    agreed: YesNo
    shares_address: YesNo
    tenure: Annotated[HomeTenure, coded(HOME_TENURE)]
    landlord_agreed_on: OptionalPastDay = None
    account: Note = None


def _key(record: HomeAnswer) -> Sequence[str]:
    return (*record.child_key(), record.answered_on.isoformat())


def _state(record: HomeAnswer, statement: Statement) -> None:
    statement.execute(
        AnswerHomeRenovation(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.answered_on,
            agreed=record.agreed,
            shares_address=record.shares_address,
            tenure=record.tenure,
            landlord_agreed_on=record.landlord_agreed_on,
            account=record.account,
        ),
        occurred_on=record.answered_on,
    )


KIND = RecordKind(
    name="home.renovation_answer",
    title="居室微改造家庭意见",
    seats=LEADING,
    model=HomeAnswer,
    columns=(
        *child_columns("儿童姓名"),
        Column("answered_on", "答复日期", required=True, example="2025-03-07"),
        code_column(
            YES_NO,
            "agreed",
            "家庭是否同意",
            required=True,
            example="是",
            note="不同意的照实登记，不再催办",
        ),
        code_column(
            YES_NO,
            "shares_address",
            "可否告知施工单位住址",
            required=True,
            example="是",
            note="填“否”的由街镇组织施工",
        ),
        code_column(HOME_TENURE, "tenure", "住房性质", required=True, example="自有"),
        Column("landlord_agreed_on", "房东同意日期", note="租住、借住的必填"),
        Column("account", "家庭意见", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
