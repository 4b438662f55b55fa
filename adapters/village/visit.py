"""The visit log (走访记录) of a village or residents' committee, as a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.fields import child_columns
from adapters.intake.records import ChildRecord, RecordKind, Statement
from adapters.village.alarm import ALARM, HARM_COLUMNS
from adapters.village.facts import VISIT_COLUMNS, VisitFacts
from domain.organisations import Seat
from domain.visit import RecordVisit


class Visit(ChildRecord, VisitFacts):
    """One line of the log: which child, when, how, what was seen."""


def _natural_key(record: Visit) -> Sequence[str]:
    return (*record.child_key(), record.visited_on.isoformat(), record.form)


def _state(record: Visit, statement: Statement) -> None:
    statement.execute(
        RecordVisit(
            visit_id=statement.record_id,
            child_ref=statement.child(record.claim(statement.places)),
            **record.command(),
        ),
        occurred_on=record.visited_on,
    )


KIND = RecordKind(
    name="village.visit",
    title="走访记录",
    seats=(Seat.VILLAGE,),
    model=Visit,
    columns=(*child_columns("儿童姓名"), *VISIT_COLUMNS, *HARM_COLUMNS),
    natural_key=_natural_key,
    state=_state,
    alarm=ALARM,
)
