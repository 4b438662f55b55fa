"""Reviews of good cases for what could tell who they are about (好案例审核登记); source: plan 三3
(P59)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, code_column, several
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.programmes.fields import RegisterNumber
from domain.good_case import ReviewGoodCase
from domain.good_case_rules import DEIDENTIFIED, Deidentified
from domain.organisations import Seat


class GoodCaseReviewRow(Record):
    """One review of one story."""

    number: RegisterNumber
    reviewed_on: PastDay
    approved: YesNo
    points: Annotated[tuple[str, ...], several(DEIDENTIFIED)]
    account: Note = None


def _key(record: GoodCaseReviewRow) -> Sequence[str]:
    return (record.number, record.reviewed_on.isoformat())


def _state(record: GoodCaseReviewRow, statement: Statement) -> None:
    statement.execute(
        ReviewGoodCase(
            register_number=record.number,
            reviewed_on=record.reviewed_on,
            approved=record.approved,
            points=tuple(Deidentified(each) for each in record.points),
            account=record.account,
        ),
        occurred_on=record.reviewed_on,
    )


KIND = RecordKind(
    name="programmes.good_case_review",
    title="好案例审核登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.WOMEN_CHILDREN_OFFICE),
    model=GoodCaseReviewRow,
    columns=(
        Column("number", "案例编号", required=True, example="AL-0001"),
        Column("reviewed_on", "审核日期", required=True, example="2025-03-14"),
        code_column(
            YES_NO,
            "approved",
            "同意发布",
            required=True,
            example="是",
            note="由撰稿以外的人本人登录后登记",
        ),
        code_column(
            DEIDENTIFIED,
            "points",
            "核对事项",
            required=True,
            example="姓名、地点和单位、具体日期、年龄、罕见情形组合、照片和画面",
            note="全部核对后才能同意发布",
        ),
        Column("account", "审核意见", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
