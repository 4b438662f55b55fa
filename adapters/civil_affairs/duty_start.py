"""From when on what is owed period by period is awaited (按期应办事项起算登记)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.records import Day, Record, RecordKind, Statement
from domain.duty_plan import StartDuties
from domain.organisations import Seat


class DutyStart(Record):
    """The first day of the first period that is awaited. Source: plan 三1 (及时安排部署)."""

    first_day: Day


def _key(record: DutyStart) -> Sequence[str]:
    return (record.first_day.isoformat(),)


def _state(record: DutyStart, statement: Statement) -> None:
    statement.execute(StartDuties(first_day=record.first_day))


KIND = RecordKind(
    name="civil_affairs.duty_start",
    title="按期应办事项起算登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=DutyStart,
    columns=(
        Column(
            "first_day",
            "起算日期",
            required=True,
            example="2025-01-01",
            note="这一天及以后开始的期次才列为应办",
        ),
    ),
    natural_key=_key,
    state=_state,
)
