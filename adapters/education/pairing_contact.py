"""What a pupil and whoever is paired with it did (结对活动记录)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.education.pairing import ROLE_COLUMN
from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.mentoring import ROLE, RecordPairContact, Role
from domain.organisations import Seat


class PairingContact(ChildRecord):
    """One meeting of a pair of this school. Source: plan 二4 (P28: 结对关爱帮扶)."""

    role: Annotated[str, coded(ROLE)]
    met_on: PastDay
    account: Note = None


def _key(record: PairingContact) -> Sequence[str]:
    return (*record.child_key(), record.role, record.met_on.isoformat())


def _state(record: PairingContact, statement: Statement) -> None:
    statement.execute(
        RecordPairContact(
            child_ref=statement.child(record.claim(statement.places)),
            role=Role(record.role),
            met_on=record.met_on,
            account=record.account,
        ),
        occurred_on=record.met_on,
    )


KIND = RecordKind(
    name="education.pairing_contact",
    title="结对活动记录",
    seats=(Seat.SCHOOL,),
    model=PairingContact,
    columns=(
        *child_columns("学生姓名"),
        ROLE_COLUMN,
        Column("met_on", "活动日期", required=True, example="2025-03-21"),
        Column("account", "活动情况", aliases=("情况",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
