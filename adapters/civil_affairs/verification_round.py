"""Rounds of full verification that civil affairs asks of towns (全面核查安排)."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText
from adapters.intake.records import Day, Record, RecordKind, Statement, town_station_of
from adapters.intake.verification import UNTIL_COLUMN
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.verification_round import OpenRound


class VerificationRound(Record):
    """One town's round, until a day. Source: plan 二3 (P17)."""

    station: ShortText
    until: Day
    note: Note = None


STATION_HEADING = "街镇未保站"
STATION_COLUMN = Column(
    "station",
    STATION_HEADING,
    aliases=("未保站", "街镇"),
    required=True,
    example="岳阳街道未保站",
    note="街镇未保站全称",
    sensitive=False,
)


def _key(record: VerificationRound) -> Sequence[str]:
    return (squeeze_text(record.station), record.until.isoformat())


def _state(record: VerificationRound, statement: Statement) -> None:
    statement.execute(
        OpenRound(
            town=town_station_of(record.station, STATION_HEADING, statement.places),
            until=record.until,
            note=record.note,
        )
    )


KIND = RecordKind(
    name="civil_affairs.verification_round",
    title="全面核查安排",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=VerificationRound,
    columns=(
        STATION_COLUMN,
        UNTIL_COLUMN,
        Column("note", "核查要求", aliases=("要求",), note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
