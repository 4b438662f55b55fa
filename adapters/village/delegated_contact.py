"""Weekly contact of parents who are away (委托照护每周联系登记); source: 未保法 23."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.delegated_care import AttestContact
from domain.organisations import Seat


class DelegatedContact(ChildRecord):
    """One contact between the parents and the child in somebody's care, as the village knows it."""

    contacted_on: PastDay
    account: Note = None


def _key(record: DelegatedContact) -> Sequence[str]:
    return (*record.child_key(), record.contacted_on.isoformat())


def _state(record: DelegatedContact, statement: Statement) -> None:
    statement.execute(
        AttestContact(
            child_ref=statement.child(record.claim(statement.places)),
            contacted_on=record.contacted_on,
            account=record.account,
        ),
        occurred_on=record.contacted_on,
    )


KIND = RecordKind(
    name="village.delegated_contact",
    title="委托照护每周联系登记",
    seats=(Seat.VILLAGE, Seat.TOWN),
    model=DelegatedContact,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "contacted_on",
            "父母联系日期",
            aliases=("联系日期",),
            required=True,
            example="2025-03-08",
            note="父母与孩子联系和交流的日期，至少每周一次",
        ),
        Column("account", "联系情况", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
