"""A guardian's wish for work (就业需求登记): for the town's station to send on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns
from adapters.intake.records import (
    ChildRecord,
    FaultyRecord,
    PastDay,
    RecordKind,
    Statement,
    organisation_of,
)
from adapters.jobs.columns import WISHED, Wished
from domain.faults import Fault
from domain.job_wish import StateJobWish
from domain.organisations import Seat, town_organisation

HEADING = "转送街镇"


class JobWishRow(ChildRecord, Wished):
    """What a child's guardian wishes. Source: plan 二4 (P32: 为父母或监护人提供就业帮扶)."""

    stated_on: PastDay
    station: Annotated[str | None, Field(max_length=100)] = None


def _key(record: JobWishRow) -> Sequence[str]:
    return (*record.child_key(), record.stated_on.isoformat())


def _station(record: JobWishRow, statement: Statement) -> str:
    """The station named, else that of the town where the sender sits."""
    if record.station:
        return organisation_of(record.station, HEADING, statement.places)
    town = statement.places.town_of(statement.actor.organisation)
    if town is None:
        raise FaultyRecord(Fault(HEADING, "REQUIRED", "此项必填。", "请补填后重报。"))
    return town_organisation(town)


def _state(record: JobWishRow, statement: Statement) -> None:
    station = _station(record, statement)
    statement.execute(
        StateJobWish(
            wish_id=statement.record_id,
            child_ref=statement.child(record.claim(statement.places)),
            station=station,
            stated_on=record.stated_on,
            given_on=record.given_on,
            until=record.until,
            adult_name=record.adult_name,
            adult_phone=str(record.adult_phone),
            job=record.job,
            job_hours=record.job_hours,
            skills=record.skills,
            training=record.training,
        ),
        occurred_on=record.stated_on,
    )


KIND = RecordKind(
    name="jobs.wish",
    title="就业需求登记",
    seats=(Seat.VILLAGE, Seat.TOWN, Seat.SCHOOL, Seat.CIVIL_AFFAIRS),
    model=JobWishRow,
    columns=(
        *child_columns("儿童姓名"),
        Column("stated_on", "登记日期", required=True, example="2025-03-10"),
        *WISHED,
        Column(
            "station",
            HEADING,
            sensitive=False,
            example="岳阳街道未保站",
            note="不填为本单位所在街镇的未保站",
        ),
    ),
    natural_key=_key,
    state=_state,
)
