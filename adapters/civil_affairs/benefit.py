"""The register of benefit decisions (保障待遇登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, code_column, document_key
from adapters.intake.records import (
    ChildRecord,
    OptionalDay,
    OptionalPastDay,
    PastDay,
    RecordFault,
    RecordKind,
    Statement,
    coded,
)
from domain.benefit import BENEFIT_SCHEME, EndBenefit, GrantBenefit, RefuseBenefit
from domain.code_sets import CodeSet
from domain.organisations import Seat

GRANTED, REFUSED = "GRANTED", "REFUSED"

BENEFIT_DECISION = CodeSet(
    "BENEFIT_DECISION",
    "审批结果",
    {GRANTED: "批准", REFUSED: "不予批准"},
    {"同意": GRANTED, "通过": GRANTED, "不批准": REFUSED, "不同意": REFUSED, "不通过": REFUSED},
)


class BenefitDecision(ChildRecord):
    """One decision on one scheme for one child, as taken; stated again with the day on which it
    was stopped, it is over. A scheme may begin with the month to come.

    Source: plan 二3 (P22, P24); domain reference §6.
    """

    scheme: Annotated[str, coded(BENEFIT_SCHEME)]
    document_number: ShortText
    decision: Annotated[str, coded(BENEFIT_DECISION)]
    decided_on: PastDay
    since: OptionalDay = None
    until: OptionalPastDay = None
    monthly_amount: Annotated[str | None, Field(max_length=100)] = None
    reason: Note = None

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        if self.decision == GRANTED and self.since is None:
            raise RecordFault(
                "since",
                "BENEFIT_START_MISSING",
                "批准的，要填起始日期。",
                "请补填后重报。",
            )
        if self.decision == REFUSED and self.until is not None:
            raise RecordFault(
                "until",
                "BENEFIT_NOT_GRANTED",
                "不予批准的，没有停发日期。",
                "请核对审批结果，或清空停发日期。",
            )


COLUMNS = (
    *child_columns("儿童姓名"),
    code_column(
        BENEFIT_SCHEME,
        "scheme",
        "保障项目",
        aliases=("救助项目", "待遇类别"),
        required=True,
        example="特殊儿童基本生活费",
    ),
    Column(
        "document_number",
        "审批文号",
        aliases=("批准文号", "文书号", "文书编号"),
        required=True,
        example="示民保〔2025〕0001号",
    ),
    code_column(
        BENEFIT_DECISION,
        "decision",
        "审批结果",
        aliases=("审批意见",),
        required=True,
        example="批准",
    ),
    Column(
        "decided_on",
        "审批日期",
        aliases=("批准日期",),
        required=True,
        example="2025-03-14",
    ),
    Column(
        "since",
        "起始日期",
        aliases=("起发日期", "享受起始日期"),
        example="2025-03-01",
        note="批准的必填，可为以后的日期",
    ),
    Column(
        "until",
        "停发日期",
        aliases=("终止日期",),
        note="停发时按原文号和项目重报并填此项，不晚于今天",
    ),
    Column("monthly_amount", "月金额", aliases=("每月金额", "保障标准"), example="3200元"),
    Column("reason", "理由", aliases=("审批理由", "停发原因", "说明", "备注"), note="不超过2000字"),
)


def _key(record: BenefitDecision) -> Sequence[str]:
    # One document may grant several schemes, and concern several children of a family.
    return (document_key(record.document_number), record.scheme, *record.child_key())


def _state(record: BenefitDecision, statement: Statement) -> None:
    stated: dict[str, Any] = {
        "benefit_id": statement.record_id,
        "child_ref": statement.child(record.claim(statement.places)),
        "scheme": record.scheme,
        "document_number": record.document_number,
        "reason": record.reason,
    }
    if record.decision == REFUSED:
        statement.execute(RefuseBenefit(**stated), occurred_on=record.decided_on)
        return
    stated |= {"since": record.since, "monthly_amount": record.monthly_amount}
    if record.until is None:
        statement.execute(GrantBenefit(**stated), occurred_on=record.decided_on)
    else:
        statement.execute(EndBenefit(**stated, until=record.until), occurred_on=record.until)


KIND = RecordKind(
    name="civil_affairs.benefit",
    title="保障待遇登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.TOWN),
    model=BenefitDecision,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
