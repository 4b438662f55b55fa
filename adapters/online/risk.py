"""The list of children who are lost in the net (网络沉迷重点人群登记); source: plan 二5 (P41);
未保法 68, 70, 71."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.online_protection_events import FOUND_BY, FoundBy, NoteOnlineRisk
from domain.organisations import Seat
from domain.voluntary_guidance import matter_of


class OnlineRisk(ChildRecord):
    """What was noticed of one child, and by whom."""

    found_on: PastDay
    noticed_by: Annotated[str, coded(FOUND_BY)]
    online_signs: Annotated[str, Field(max_length=2000)]


def _key(record: OnlineRisk) -> Sequence[str]:
    return (*record.child_key(), record.found_on.isoformat())


def _state(record: OnlineRisk, statement: Statement) -> None:
    statement.execute(
        NoteOnlineRisk(
            child_ref=statement.child(record.claim(statement.places)),
            matter=matter_of(statement.actor.organisation),
            found_on=record.found_on,
            found_by=FoundBy(record.noticed_by),
            signs=record.online_signs,
        ),
        occurred_on=record.found_on,
    )


KIND = RecordKind(
    name="online.risk",
    title="网络沉迷重点人群登记",
    seats=(Seat.SCHOOL, Seat.VILLAGE, Seat.TOWN),
    model=OnlineRisk,
    columns=(
        *child_columns("儿童姓名"),
        Column("found_on", "发现日期", required=True, example="2025-03-14"),
        code_column(FOUND_BY, "noticed_by", "发现途径", required=True, example="家长反映"),
        Column(
            "online_signs",
            "沉迷表现",
            required=True,
            example="连续通宵上网，上课打瞌睡",
            note="写看到的情况，不写诊断；不超过2000字",
        ),
    ),
    natural_key=_key,
    state=_state,
)
