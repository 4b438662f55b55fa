"""Proposals to renovate a child's home (居室微改造提议); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.home_renovation_events import ProposeHomeRenovation
from domain.organisations import Seat


class HomeProposal(ChildRecord):
    """That one child's home wants a renovation."""

    proposed_on: PastDay
    account: Note = None


def _key(record: HomeProposal) -> Sequence[str]:
    return (*record.child_key(), record.proposed_on.isoformat())


def _state(record: HomeProposal, statement: Statement) -> None:
    statement.execute(
        ProposeHomeRenovation(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.proposed_on,
            account=record.account,
        ),
        occurred_on=record.proposed_on,
    )


KIND = RecordKind(
    name="home.renovation_proposal",
    title="居室微改造提议",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=HomeProposal,
    columns=(
        *child_columns("儿童姓名"),
        Column("proposed_on", "提议日期", required=True, example="2025-03-03"),
        Column("account", "提议理由", aliases=("说明", "备注"), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
