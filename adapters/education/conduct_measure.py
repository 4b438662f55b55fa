"""The register of a school's management and education measures (管理教育措施登记)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column, several
from adapters.intake.records import (
    ChildRecord,
    Day,
    OptionalPastDay,
    PastDay,
    RecordKind,
    Statement,
)
from domain.conduct_measure import CONDUCT_MEASURE, EndMeasure, TakeMeasure
from domain.organisations import Seat


class ConductMeasure(ChildRecord):
    """A measure taken on a pupil (预防未成年人犯罪法 31). With an end it is over; the row is sent
    again as it was, with that day."""

    taken_on: PastDay
    measures: Annotated[tuple[str, ...], several(CONDUCT_MEASURE), Field(min_length=1)]
    until: Day
    account: Note = None
    ended_on: OptionalPastDay = None
    note: Note = None


def _key(record: ConductMeasure) -> Sequence[str]:
    return (*record.child_key(), record.taken_on.isoformat())


def _state(record: ConductMeasure, statement: Statement) -> None:
    child_ref = statement.child(record.claim(statement.places))
    school = statement.actor.organisation
    statement.execute(
        TakeMeasure(
            child_ref=child_ref,
            school=school,
            taken_on=record.taken_on,
            measures=record.measures,
            until=record.until,
            account=record.account,
        ),
        occurred_on=record.taken_on,
    )
    if record.ended_on is not None:
        statement.execute(
            EndMeasure(
                child_ref=child_ref,
                school=school,
                taken_on=record.taken_on,
                ended_on=record.ended_on,
                note=record.note,
            ),
            occurred_on=record.ended_on,
        )


KIND = RecordKind(
    name="education.conduct_measure",
    title="管理教育措施登记",
    seats=(Seat.SCHOOL,),
    model=ConductMeasure,
    columns=(
        *child_columns("学生姓名"),
        Column("taken_on", "采取日期", required=True, example="2025-03-10"),
        code_column(
            CONDUCT_MEASURE,
            "measures",
            "措施",
            required=True,
            example="予以训导",
            note="可填几项，用顿号分开；不写违法犯罪和处罚",
        ),
        Column("until", "期满日期", required=True, example="2025-04-10"),
        Column("account", "情况说明", note="不超过2000字；不写违法犯罪和处罚"),
        Column("ended_on", "结束日期", example="2025-03-31", note="仍在进行的，留空"),
        Column("note", "结束说明", note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
