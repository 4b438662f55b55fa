"""That a child was told what became of what it wishes (答复孩子登记), by whoever signed it up."""

from __future__ import annotations

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from adapters.programmes.fields import RegisterNumber
from adapters.programmes.offer import NUMBER
from adapters.programmes.sign_up import SIGNING
from domain.sign_up_events import AnswerChild


class ChildAnswerRow(ChildRecord):
    """One answer. Source: plan 一 (P01)."""

    number: RegisterNumber
    told_on: PastDay
    childs_words: Note = None


def _state(record: ChildAnswerRow, statement: Statement) -> None:
    statement.execute(
        AnswerChild(
            child_ref=statement.child(record.claim(statement.places)),
            register_number=record.number,
            told_on=record.told_on,
            childs_words=record.childs_words,
        ),
        occurred_on=record.told_on,
    )


KIND = RecordKind(
    name="programmes.child_answer",
    title="答复孩子登记",
    seats=SIGNING,
    model=ChildAnswerRow,
    columns=(
        *child_columns("儿童姓名"),
        NUMBER,
        Column("told_on", "告知孩子日期", required=True, example="2025-03-18"),
        Column("childs_words", "孩子的话", note="孩子本人的话，不超过2000字"),
    ),
    natural_key=lambda record: (*record.child_key(), record.number, record.told_on.isoformat()),
    state=_state,
)
