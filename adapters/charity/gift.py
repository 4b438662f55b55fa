"""What a charity gave (慈善帮扶登记); source: plan 二3 (P23)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, YesNo, child_columns, code_column, parse_yuan
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.charity import RecordCharityGift
from domain.organisations import Seat


class Gift(ChildRecord):
    """One gift to one child of whom the charity was asked."""

    given_on: PastDay
    given: Annotated[str, Field(max_length=2000)]
    yuan: Annotated[int | None, BeforeValidator(parse_yuan), Field(ge=1, le=10_000_000)] = None
    project: Annotated[str | None, Field(max_length=100)] = None
    ends: YesNo = False


def _state(record: Gift, statement: Statement) -> None:
    statement.execute(
        RecordCharityGift(
            gift_id=statement.record_id,
            child_ref=statement.child(record.claim(statement.places)),
            given_on=record.given_on,
            ends=record.ends,
            project=record.project,
            given=record.given,
            yuan=record.yuan,
        ),
        occurred_on=record.given_on,
    )


KIND = RecordKind(
    name="charity.gift",
    title="慈善帮扶登记",
    seats=(Seat.SOCIAL_ORGANISATION,),
    model=Gift,
    columns=(
        *child_columns("儿童姓名"),
        Column("given_on", "帮扶日期", required=True, example="2025-03-28"),
        Column(
            "given",
            "帮扶内容",
            aliases=("物资", "服务内容"),
            required=True,
            example="书包和文具",
            note="不超过2000字",
        ),
        Column("yuan", "金额", note="整数元；实物的留空"),
        Column("project", "项目名称"),
        code_column(YES_NO, "ends", "是否结束帮扶"),
    ),
    natural_key=lambda record: (*record.child_key(), record.given_on.isoformat()),
    state=_state,
)
