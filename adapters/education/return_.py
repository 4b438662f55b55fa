"""The register of pupils who came back to class (复学登记), kept by each school."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.dropout_events import RecordReturn
from domain.organisations import Seat


class Return(ChildRecord):
    """A pupil is back in class (复学登记).

    It ends the persuading and not the case: the bureau strikes it off on proof (动态销号,
    教基厅函〔2024〕15号; domain reference §3).
    """

    returned_on: PastDay


COLUMNS = (
    *child_columns("学生姓名"),
    Column(
        "returned_on",
        "复学日期",
        aliases=("返校日期", "到校日期"),
        required=True,
        example="2025-03-17",
    ),
)


def _key(record: Return) -> Sequence[str]:
    return (*record.child_key(), record.returned_on.isoformat())


def _state(record: Return, statement: Statement) -> None:
    statement.execute(
        RecordReturn(
            child_ref=statement.child(record.claim(statement.places)),
            school=statement.actor.organisation,
            returned_on=record.returned_on,
        ),
        occurred_on=record.returned_on,
    )


KIND = RecordKind(
    name="education.return",
    title="复学登记",
    seats=(Seat.SCHOOL,),
    model=Return,
    columns=COLUMNS,
    natural_key=_key,
    state=_state,
)
