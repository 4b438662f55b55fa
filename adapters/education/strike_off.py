"""The register of cases struck off the dropout list (销号登记), kept by the education bureau."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.dropout_codes import STRIKE_OFF_PROOF, StrikeOffProof
from domain.dropout_events import StrikeOff
from domain.organisations import Seat


class StruckOff(ChildRecord):
    """A case struck off the list (销号登记) on proof, by other hands than the school's.

    Source: 动态销号, 教基厅函〔2024〕15号 (domain reference §3).
    """

    proof: Annotated[str, coded(STRIKE_OFF_PROOF)]
    struck_off_on: PastDay
    proof_note: Note = None
    letter: ShortText | None = None


COLUMNS = (
    *child_columns("学生姓名"),
    code_column(
        STRIKE_OFF_PROOF,
        "proof",
        "销号依据",
        aliases=("销号证明", "证明种类"),
        required=True,
        example="到校证明",
    ),
    Column("struck_off_on", "销号日期", required=True, example="2025-03-31"),
    Column("proof_note", "证明说明", aliases=("说明", "备注"), note="不超过2000字"),
    Column(
        "letter",
        "区外接收学校回执编号",
        aliases=("转学接收回执",),
        note="转往区外的填写；转入本区学校的，以学籍名册为准",
    ),
)


def _key(record: StruckOff) -> Sequence[str]:
    return (*record.child_key(), record.struck_off_on.isoformat())


def _state(record: StruckOff, statement: Statement) -> None:
    statement.execute(
        StrikeOff(
            child_ref=statement.child(record.claim(statement.places)),
            proof=StrikeOffProof(record.proof),
            struck_off_on=record.struck_off_on,
            proof_note=record.proof_note,
            letter=record.letter,
        ),
        occurred_on=record.struck_off_on,
    )


KIND = RecordKind(
    name="education.strike_off",
    title="销号登记",
    seats=(Seat.EDUCATION,),
    model=StruckOff,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
