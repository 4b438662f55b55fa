"""The register of problems that were struck off (问题销号登记), by town or civil affairs."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement
from domain.organisations import Seat
from domain.problem import StrikeOffProblem


class ProblemClosing(ChildRecord):
    """What was found of the child on a day is struck off, by a second person (plan 二3, P21)."""

    found_on: PastDay
    struck_off_on: PastDay
    note: Note = None


def _key(record: ProblemClosing) -> Sequence[str]:
    return (*record.child_key(), record.found_on.isoformat())


def _state(record: ProblemClosing, statement: Statement) -> None:
    statement.execute(
        StrikeOffProblem(
            child_ref=statement.child(record.claim(statement.places)),
            found_on=record.found_on,
            struck_off_on=record.struck_off_on,
            note=record.note,
        ),
        occurred_on=record.struck_off_on,
    )


KIND = RecordKind(
    name="town.problem_closing",
    title="问题销号登记",
    seats=(Seat.TOWN, Seat.CIVIL_AFFAIRS),
    model=ProblemClosing,
    columns=(
        *child_columns("儿童姓名"),
        Column(
            "found_on",
            "发现日期",
            aliases=("走访日期",),
            required=True,
            example="2025-03-12",
            note="发现问题的那次走访的日期",
        ),
        Column("struck_off_on", "销号日期", required=True, example="2025-03-31"),
        Column("note", "销号说明", aliases=("说明",), note="不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
