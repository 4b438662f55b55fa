"""Reviews of aid that goes on (保障复核登记), and follow-ups of what was given; source: plan 二3
(P22, P25)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.aid.columns import COLUMNS, AidRecord, about, key_of
from adapters.intake.columns import Column
from adapters.intake.fields import Note, parse_yuan
from adapters.intake.records import PastDay, RecordKind, Statement
from domain.aid_events import ReviewAid
from domain.organisations import Seat


class Review(AidRecord):
    """It goes on, with another amount where one is given."""

    reviewed_on: PastDay
    yuan: Annotated[int | None, BeforeValidator(parse_yuan), Field(ge=1, le=10_000_000)] = None
    account: Note = None


def _state(record: Review, statement: Statement) -> None:
    reviewed = ReviewAid(
        **about(record, statement),
        reviewed_on=record.reviewed_on,
        yuan=record.yuan,
        account=record.account,
    )
    statement.execute(reviewed, occurred_on=record.reviewed_on)


KIND = RecordKind(
    name="aid.review",
    title="保障复核登记",
    seats=(
        Seat.TOWN,
        Seat.SCHOOL,
        Seat.EDUCATION,
        Seat.DISABLED_FEDERATION,
        Seat.CIVIL_AFFAIRS,
    ),
    model=Review,
    columns=(
        *COLUMNS,
        Column(
            "reviewed_on",
            "复核日期",
            aliases=("随访日期",),
            required=True,
            example="2025-03-28",
            note="不再符合的，请登记保障终止",
        ),
        Column("yuan", "调整后金额", note="金额不变的，留空；整数元"),
        Column("account", "复核情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=lambda record: (*key_of(record), record.reviewed_on.isoformat()),
    state=_state,
)
