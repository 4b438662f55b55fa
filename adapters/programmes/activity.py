"""The register of activities and publicity (活动登记), kept by every office that holds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column, parse_people
from adapters.intake.records import PastDay, Record, RecordKind, Statement, coded, school_of
from adapters.programmes.fields import OptionalPeriod, People, town_of, villages_of
from domain.activity import RecordActivity
from domain.activity_codes import (
    ACTIVITY_KIND,
    AUDIENCE,
    BRAND,
    ActivityKind,
    Audience,
    Brand,
)
from domain.identifiers import squeeze_text
from domain.organisations import Seat

PUBLISHING = tuple(seat for seat in Seat if seat not in (Seat.COURT, Seat.VILLAGE))
"""Every seat but the court's, which has no programmes, and the village's, which reads them
(policies/sharing-matrix.csv)."""


class ActivityRow(Record):
    """One activity, or several of one kind on one day. Source: plan 二1, 二5, 二6, 三1, 三3."""

    activity: Annotated[str, coded(ACTIVITY_KIND)]
    held_on: PastDay
    topic: ShortText
    audience: Annotated[str, coded(AUDIENCE)]
    villages: Annotated[str | None, Field(max_length=1000)] = None
    town: Annotated[str | None, Field(max_length=100)] = None
    school: Annotated[str | None, Field(max_length=100)] = None
    brand: Annotated[str | None, coded(BRAND)] = None
    sessions: Annotated[int, BeforeValidator(parse_people), Field(ge=1, le=1000)] = 1
    children: People = 0
    guardians: People = 0
    others: People = 0
    for_period: OptionalPeriod = None
    account: Note = None


def _key(record: ActivityRow) -> Sequence[str]:
    return (record.activity, record.held_on.isoformat(), squeeze_text(record.topic))


def _state(record: ActivityRow, statement: Statement) -> None:
    villages = villages_of(record.villages, statement.places)
    statement.execute(
        RecordActivity(
            activity_id=statement.record_id,
            activity=ActivityKind(record.activity),
            audience=Audience(record.audience),
            brand=Brand(record.brand) if record.brand else None,
            held_on=record.held_on,
            villages=villages,
            town=town_of(record.town, villages, statement.places),
            school=school_of(record.school, "学校", statement.places) if record.school else None,
            sessions=record.sessions,
            children_attended=record.children,
            guardians_attended=record.guardians,
            others_attended=record.others,
            for_period=record.for_period,
            topic=record.topic,
            account=record.account,
        ),
        occurred_on=record.held_on,
    )


KIND = RecordKind(
    name="programmes.activity",
    title="活动登记",
    seats=PUBLISHING,
    model=ActivityRow,
    columns=(
        code_column(ACTIVITY_KIND, "activity", "活动类别", required=True, example="防溺水"),
        Column("held_on", "活动日期", required=True, example="2025-03-14"),
        Column("topic", "活动主题", aliases=("主题",), required=True, example="示例防溺水课"),
        code_column(AUDIENCE, "audience", "活动对象", required=True, example="儿童和监护人"),
        Column(
            "villages",
            "村居",
            aliases=("活动村居",),
            example="龙潭社区居委会",
            note="进居村的填写，几个村居用顿号隔开",
            sensitive=False,
        ),
        Column("town", "街镇", note="不限于村居、学校的填写", sensitive=False),
        Column("school", "学校", note="在学校举办的填写", sensitive=False),
        code_column(BRAND, "brand", "品牌项目", note="属于品牌项目的填写"),
        Column("sessions", "场次", example="1", note="不填为1场"),
        Column("children", "儿童人数", example="30"),
        Column("guardians", "监护人人数", example="12"),
        Column("others", "其他人数", example="3"),
        Column("for_period", "补办期次", note="补办以前的才填，例如2025年第一季度"),
        Column("account", "活动情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
