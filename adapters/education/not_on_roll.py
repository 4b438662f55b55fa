"""The register of children of school age on no roll of the district's (不在本区学籍登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText, child_columns, code_column
from adapters.intake.records import ChildRecord, OptionalDay, RecordKind, Statement, coded
from domain.enrolment import NOT_ON_ROLL, StateNotOnRoll
from domain.organisations import Seat


class NotOnRoll(ChildRecord):
    """Why a child is on no roll here: at a school outside, deferred, or taught at home; with the
    number of what proves it. Source: 义务教育法 11."""

    no_roll: Annotated[str, coded(NOT_ON_ROLL)]
    until: OptionalDay = None
    outside: ShortText | None = None
    proof: ShortText


def _key(record: NotOnRoll) -> Sequence[str]:
    return (*record.child_key(), record.proof)


def _state(record: NotOnRoll, statement: Statement) -> None:
    statement.execute(
        StateNotOnRoll(
            child_ref=statement.child(record.claim(statement.places)),
            reason_code=record.no_roll,
            until=record.until,
            outside=record.outside,
            proof=record.proof,
        )
    )


KIND = RecordKind(
    name="education.not_on_roll",
    title="不在本区学籍登记",
    seats=(Seat.EDUCATION,),
    model=NotOnRoll,
    columns=(
        *child_columns("儿童姓名"),
        code_column(NOT_ON_ROLL, "no_roll", "原因", required=True, example="区外就读"),
        Column("until", "期满日期", note="有期限的填写；期满后再核实", example="2026-08-31"),
        Column("outside", "区外学校", note="区外就读的填写"),
        Column(
            "proof",
            "证明编号",
            aliases=("文书编号",),
            required=True,
            example="示教学〔2025〕0001号",
            note="就读证明或批准文书的编号",
        ),
    ),
    natural_key=_key,
    state=_state,
)
