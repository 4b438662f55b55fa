"""That a child is signed up for what is offered (活动报名): by village, station or school."""

from __future__ import annotations

from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, Note, YesNo, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.programmes.fields import RegisterNumber
from adapters.programmes.offer import NUMBER
from domain.offer_codes import WISH, Wish
from domain.offer_events import QueueSignUp
from domain.organisations import Seat
from domain.sign_up_events import (
    SignUp,
    sign_up_id,
)

SIGNING = (Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL)
"""Seats of policies/offers.toml that sign children up."""


class SignUpRow(ChildRecord):
    """One child for one offer. Source: plan 二1 (P06), 二4 (P29); 一 (P01: 儿童需求为导向)."""

    number: RegisterNumber
    signed_on: PastDay
    wish: Annotated[str, coded(WISH)]
    childs_words: Note = None
    guardian_agrees: YesNo = False


def _state(record: SignUpRow, statement: Statement) -> None:
    claim = record.claim(statement.places)
    child = statement.child(claim)
    statement.execute(
        QueueSignUp(
            register_number=record.number,
            sign_up=sign_up_id(child, record.number),
            of_child=child,
            born=claim.birth_date,
            guardian_agrees=record.guardian_agrees,
        ),
        occurred_on=record.signed_on,
    )
    statement.execute(
        SignUp(
            child_ref=child,
            register_number=record.number,
            signed_on=record.signed_on,
            wish=Wish(record.wish),
            childs_words=record.childs_words,
        ),
        occurred_on=record.signed_on,
    )


KIND = RecordKind(
    name="programmes.sign_up",
    title="活动报名",
    seats=SIGNING,
    model=SignUpRow,
    columns=(
        *child_columns("儿童姓名"),
        NUMBER,
        Column("signed_on", "报名日期", required=True, example="2025-03-10"),
        code_column(WISH, "wish", "孩子本人意愿", required=True, example="愿意参加"),
        Column("childs_words", "孩子的话", note="照孩子自己的说法写，不超过2000字"),
        code_column(
            YES_NO, "guardian_agrees", "监护人同意", example="是", note="托育、暑托类必须填写"
        ),
    ),
    natural_key=lambda record: (
        *record.child_key(),
        record.number,
        record.signed_on.isoformat(),
    ),
    state=_state,
)
