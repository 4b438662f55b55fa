"""What a family says to its child's spot (名额答复), by whoever signed the child up."""

from __future__ import annotations

from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from adapters.programmes.fields import RegisterNumber
from adapters.programmes.offer import NUMBER
from adapters.programmes.sign_up import SIGNING
from domain.offer_codes import SPOT_ANSWER, SpotAnswer
from domain.sign_up_events import AnswerSpot


class SpotAnswerRow(ChildRecord):
    """One answer. Source: plan 二4 (P29)."""

    number: RegisterNumber
    answer: Annotated[str, coded(SPOT_ANSWER)]
    answered_on: PastDay
    note: Note = None


def _state(record: SpotAnswerRow, statement: Statement) -> None:
    statement.execute(
        AnswerSpot(
            child_ref=statement.child(record.claim(statement.places)),
            register_number=record.number,
            answer=SpotAnswer(record.answer),
            answered_on=record.answered_on,
            note=record.note,
        ),
        occurred_on=record.answered_on,
    )


KIND = RecordKind(
    name="programmes.spot_answer",
    title="名额答复",
    seats=SIGNING,
    model=SpotAnswerRow,
    columns=(
        *child_columns("儿童姓名"),
        NUMBER,
        code_column(SPOT_ANSWER, "answer", "答复", required=True, example="参加"),
        Column("answered_on", "答复日期", required=True, example="2025-03-17"),
        Column("note", "备注", note="不超过2000字"),
    ),
    natural_key=lambda record: (
        *record.child_key(),
        record.number,
        record.answered_on.isoformat(),
    ),
    state=_state,
)
