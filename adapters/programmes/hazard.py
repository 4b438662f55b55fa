"""Hazards and findings (隐患登记) that are to be put right by a day, as whoever found them enters
them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column
from adapters.intake.records import (
    Day,
    PastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
)
from adapters.programmes.activity import PUBLISHING
from adapters.programmes.fields import OptionalRegisterNumber, RegisterNumber, town_of
from domain.hazard import HAZARD_KIND, FindHazard, HazardKind


class HazardRow(Record):
    """One hazard. Source: plan 二5 (风险隐患防范, 严格落实安全工作责任措施), 三2."""

    number: RegisterNumber
    hazard: Annotated[str, coded(HAZARD_KIND)]
    rectified_by: ShortText
    found_on: PastDay
    rectify_by: Day
    site: OptionalRegisterNumber = None
    town: Annotated[str | None, Field(max_length=100)] = None
    account: Note = None


def _key(record: HazardRow) -> Sequence[str]:
    return (record.number,)


def _state(record: HazardRow, statement: Statement) -> None:
    places = statement.places
    owner = organisation_of(record.rectified_by, "整改单位", places)
    statement.execute(
        FindHazard(
            register_number=record.number,
            site=record.site,
            hazard=HazardKind(record.hazard),
            owner=owner,
            found_on=record.found_on,
            rectify_by=record.rectify_by,
            town=town_of(record.town, (), places) or places.town_of(owner),
            account=record.account,
        ),
        occurred_on=record.found_on,
    )


KIND = RecordKind(
    name="programmes.hazard",
    title="隐患登记",
    seats=PUBLISHING,
    model=HazardRow,
    columns=(
        Column("number", "隐患编号", required=True, example="YH-0001", note="两个字母加数字，自编"),
        code_column(HAZARD_KIND, "hazard", "隐患类别", required=True, example="涉水隐患"),
        Column(
            "rectified_by",
            "整改单位",
            required=True,
            example="岳阳街道未保站",
            note="单位在本平台的全称",
            sensitive=False,
        ),
        Column("found_on", "发现日期", required=True, example="2025-03-14"),
        Column("rectify_by", "整改期限", required=True, example="2025-04-14"),
        Column("site", "场所编号", example="CS-0001"),
        Column("town", "街镇", sensitive=False),
        Column("account", "隐患情况", note="不写儿童和个人姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
