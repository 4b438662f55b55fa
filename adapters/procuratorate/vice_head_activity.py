"""The register of a vice-head's activities (副站长活动登记), kept by the procuratorate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column, parse_people
from adapters.intake.records import (
    PastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    town_station_of,
)
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.programme import ACTIVITY, Activity, RecordViceHeadActivity


class ViceHeadActivity(Record):
    """One activity that a prosecutor held as vice-head of a town's station. Source: plan 二1."""

    station: ShortText
    activity: Annotated[str, coded(ACTIVITY)]
    held_on: PastDay
    topic: ShortText
    attendance: Annotated[int, BeforeValidator(parse_people), Field(ge=1, le=100_000)]
    account: Note = None


STATION_HEADING = "街镇未保站"


def _key(record: ViceHeadActivity) -> Sequence[str]:
    return (
        squeeze_text(record.station),
        record.activity,
        record.held_on.isoformat(),
        squeeze_text(record.topic),
    )


def _state(record: ViceHeadActivity, statement: Statement) -> None:
    statement.execute(
        RecordViceHeadActivity(
            activity_id=statement.record_id,
            town=town_station_of(record.station, STATION_HEADING, statement.places),
            activity=Activity(record.activity),
            held_on=record.held_on,
            attendance=record.attendance,
            topic=record.topic,
            account=record.account,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="procuratorate.vice_head_activity",
    title="副站长活动登记",
    seats=(Seat.PROCURATORATE,),
    model=ViceHeadActivity,
    columns=(
        Column(
            "station",
            STATION_HEADING,
            aliases=("未保站", "所在未保站"),
            required=True,
            example="岳阳街道未保站",
            note="街镇未保站全称",
            sensitive=False,
        ),
        code_column(ACTIVITY, "activity", "活动类别", required=True, example="法治宣传"),
        Column("held_on", "活动日期", required=True, example="2025-03-14"),
        Column("topic", "活动主题", aliases=("主题",), required=True, example="示例普法课"),
        Column("attendance", "参加人数", aliases=("人数",), required=True, example="40"),
        Column("account", "活动情况", note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
