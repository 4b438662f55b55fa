"""Pairings of a pupil that end (结对结束登记): the mentor left, the class was changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.education.pairing import ROLE_COLUMN
from adapters.intake.columns import Column
from adapters.intake.fields import child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.mentoring import BY_SCHOOL, ROLE, EndedFor, EndPair, Role
from domain.organisations import Seat


class PairingEnd(ChildRecord):
    """Of a pupil of this school. Source: plan 二1 (P04): replaced when a mentor leaves."""

    role: Annotated[str, coded(ROLE)]
    until: PastDay
    ended_for: Annotated[str, coded(BY_SCHOOL)]


def _key(record: PairingEnd) -> Sequence[str]:
    return (*record.child_key(), record.role, record.until.isoformat())


def _state(record: PairingEnd, statement: Statement) -> None:
    statement.execute(
        EndPair(
            child_ref=statement.child(record.claim(statement.places)),
            role=Role(record.role),
            until=record.until,
            reason=EndedFor(record.ended_for),
        ),
        occurred_on=record.until,
    )


KIND = RecordKind(
    name="education.pairing_end",
    title="结对结束登记",
    seats=(Seat.SCHOOL,),
    model=PairingEnd,
    columns=(
        *child_columns("学生姓名"),
        ROLE_COLUMN,
        Column("until", "结束日期", required=True, example="2025-03-28"),
        code_column(BY_SCHOOL, "ended_for", "结束原因", required=True, example="结对人离任"),
    ),
    natural_key=_key,
    state=_state,
)
