"""Rounds of full verification whose last day civil affairs move later (全面核查延期)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.civil_affairs.verification_round import STATION_COLUMN, STATION_HEADING
from adapters.intake.columns import Column
from adapters.intake.fields import ShortText
from adapters.intake.records import Day, Record, RecordKind, Statement, town_station_of
from adapters.intake.verification import UNTIL_COLUMN
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.verification_round import PutOffRound


class RoundDelayRow(Record):
    """By which last day a round was opened, and until when it goes on. Source: plan 二3 (P17)."""

    station: ShortText
    until: Day
    put_off_until: Day
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


def _key(record: RoundDelayRow) -> Sequence[str]:
    days = (record.until.isoformat(), record.put_off_until.isoformat())
    return (squeeze_text(record.station), *days)


def _state(record: RoundDelayRow, statement: Statement) -> None:
    statement.execute(
        PutOffRound(
            town=town_station_of(record.station, STATION_HEADING, statement.places),
            until=record.until,
            put_off_until=record.put_off_until,
            reason=record.reason,
        )
    )


KIND = RecordKind(
    name="civil_affairs.round_put_off",
    title="全面核查延期",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=RoundDelayRow,
    columns=(
        STATION_COLUMN,
        UNTIL_COLUMN,
        Column("put_off_until", "延期后截止日期", required=True, example="2025-05-31"),
        Column(
            "reason",
            "延期原因",
            aliases=("原因",),
            required=True,
            example="示例：台风期间暂停入户",
            note="不写儿童姓名，不超过2000字",
        ),
    ),
    natural_key=_key,
    state=_state,
)
