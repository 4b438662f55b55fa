"""An employer asks anew (入职查询申请): each year, before the result that stands runs out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import ShortText
from adapters.intake.records import (
    IdNumber,
    PastDay,
    Record,
    RecordKind,
    Statement,
    organisation_of,
)
from adapters.intake.workforce import (
    ORGANISATION,
    ORGANISATION_HEADING,
    WORKER_ID_NUMBER,
    WORKER_NAME,
    WORKER_NUMBER,
)
from adapters.workforce.worker import SEATS
from domain.entry_check import AskEntryCheck


class EntryQuery(Record):
    """Whom to look up again. Source: 未保法 62: 每年定期查询; plan 二6 (P45)."""

    worker: UUID
    organisation: ShortText
    worker_name: ShortText
    worker_id_number: Annotated[IdNumber, Field(min_length=1)]
    asked_on: PastDay


def _key(record: EntryQuery) -> Sequence[str]:
    return (str(record.worker), record.asked_on.isoformat())


def _state(record: EntryQuery, statement: Statement) -> None:
    statement.execute(
        AskEntryCheck(
            worker=record.worker,
            organisation=organisation_of(
                record.organisation, ORGANISATION_HEADING, statement.places
            ),
            name=record.worker_name,
            id_number=record.worker_id_number,
        ),
        occurred_on=record.asked_on,
    )


KIND = RecordKind(
    name="workforce.entry_query",
    title="入职查询申请",
    seats=SEATS,
    model=EntryQuery,
    columns=(
        WORKER_NUMBER,
        ORGANISATION,
        WORKER_NAME,
        WORKER_ID_NUMBER,
        Column("asked_on", "申请日期", required=True, example="2025-03-01"),
    ),
    natural_key=_key,
    state=_state,
)
