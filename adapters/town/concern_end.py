"""The end of a school's concern (关注结束登记), as the town that looked into it records it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.concern import NOTE_COLUMN, RAISED_COLUMN, ended_column
from adapters.intake.fields import Note, ShortText, child_columns
from adapters.intake.records import (
    ChildRecord,
    PastDay,
    RecordKind,
    Statement,
    school_of,
)
from domain.concern import CloseConcern
from domain.identifiers import squeeze_text
from domain.organisations import Seat


class ConcernEnd(ChildRecord):
    """Which school's concern of which day is over, and since when. Source: plan 二1, 二3."""

    school: ShortText
    raised_on: PastDay
    ended_on: PastDay
    note: Note = None


SCHOOL_HEADING = "提出学校"


def _key(record: ConcernEnd) -> Sequence[str]:
    return (*record.child_key(), squeeze_text(record.school), record.raised_on.isoformat())


def _state(record: ConcernEnd, statement: Statement) -> None:
    school = school_of(record.school, SCHOOL_HEADING, statement.places)
    statement.execute(
        CloseConcern(
            child_ref=statement.child(record.claim(statement.places)),
            school=school,
            raised_on=record.raised_on,
            ended_on=record.ended_on,
            note=record.note,
        ),
        occurred_on=record.ended_on,
    )


KIND = RecordKind(
    name="town.concern_end",
    title="学生关注结束登记",
    seats=(Seat.TOWN,),
    model=ConcernEnd,
    columns=(
        *child_columns("儿童姓名"),
        Column("school", SCHOOL_HEADING, aliases=("学校",), required=True, example="示例小学"),
        RAISED_COLUMN,
        ended_column(required=True),
        NOTE_COLUMN,
    ),
    natural_key=_key,
    state=_state,
)
