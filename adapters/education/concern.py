"""The register of pupils whom teachers are concerned about (学生关注登记), kept by each school."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.concern import NOTE_COLUMN, RAISED_COLUMN, ended_column
from adapters.intake.fields import Note, child_columns, code_column, several
from adapters.intake.records import ChildRecord, OptionalPastDay, PastDay, RecordKind, Statement
from domain.concern import CONCERN_ASPECT, CloseConcern, RaiseConcern
from domain.organisations import Seat


class Concern(ChildRecord):
    """A pupil whom a teacher finds changed: 心理或行为异常 (plan 二1, 二3). No diagnosis.

    With an end the concern is over; the row is sent again as it was, with that day.
    """

    raised_on: PastDay
    aspects: Annotated[tuple[str, ...], several(CONCERN_ASPECT), Field(min_length=1)]
    account: Note = None
    ended_on: OptionalPastDay = None
    note: Note = None


def _key(record: Concern) -> Sequence[str]:
    return (*record.child_key(), record.raised_on.isoformat())


def _state(record: Concern, statement: Statement) -> None:
    claim = record.claim(statement.places)
    child_ref = statement.child(claim)
    school = statement.actor.organisation
    statement.execute(
        RaiseConcern(
            child_ref=child_ref,
            school=school,
            town=claim.town,
            school_town=statement.places.town_of(school),
            raised_on=record.raised_on,
            aspects=record.aspects,
            account=record.account,
        ),
        occurred_on=record.raised_on,
    )
    if record.ended_on is not None:
        statement.execute(
            CloseConcern(
                child_ref=child_ref,
                school=school,
                raised_on=record.raised_on,
                ended_on=record.ended_on,
                note=record.note,
            ),
            occurred_on=record.ended_on,
        )


KIND = RecordKind(
    name="education.concern",
    title="学生关注登记",
    seats=(Seat.SCHOOL,),
    model=Concern,
    columns=(
        *child_columns("学生姓名"),
        RAISED_COLUMN,
        code_column(
            CONCERN_ASPECT,
            "aspects",
            "关注情形",
            required=True,
            example="心理异常",
            note="可填几项，用顿号分开；不写诊断",
        ),
        Column("account", "观察情况", aliases=("情况说明",), note="不超过2000字"),
        ended_column(required=False),
        NOTE_COLUMN,
    ),
    natural_key=_key,
    state=_state,
)
