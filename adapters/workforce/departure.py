"""Whose appointment ended (离任登记): 任期届满, 辞职, 解聘."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from adapters.intake.columns import Column
from adapters.intake.records import PastDay, Record, RecordKind, Statement
from adapters.intake.workforce import WORKER_NUMBER
from adapters.workforce.worker import SEATS
from domain.worker import EndAppointment


class Departure(Record):
    """Since when somebody works there no more. Source: 未保法 62: whoever is barred is dismissed at
    once (及时解聘)."""

    worker: UUID
    ended_on: PastDay


def _key(record: Departure) -> Sequence[str]:
    return (str(record.worker),)


def _state(record: Departure, statement: Statement) -> None:
    statement.execute(
        EndAppointment(worker=record.worker, ended_on=record.ended_on),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="workforce.departure",
    title="离任登记",
    seats=SEATS,
    model=Departure,
    columns=(
        WORKER_NUMBER,
        Column("ended_on", "离任日期", required=True, example="2025-03-31"),
    ),
    natural_key=_key,
    state=_state,
)
