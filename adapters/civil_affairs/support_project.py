"""How social organisations are supported (支持项目登记, plan 二6 P50), and which towns
a care service by social workers covers (二2 P13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import YES_NO, ShortText, YesNo, code_column
from adapters.intake.records import (
    Day,
    PastDay,
    Record,
    RecordKind,
    Statement,
    coded,
    organisation_of,
    town_station_of,
)
from adapters.intake.workforce import parse_whole
from domain.identifiers import squeeze_text
from domain.organisations import Seat
from domain.social_organisation import StartProject
from domain.support_codes import SUPPORT_FORM, SupportForm

STATIONS_HEADING = "覆盖街镇未保站"


class SupportProject(Record):
    """A project of a social organisation. Source: plan 二6; 二2: 拓展社工关爱服务项目的覆盖面."""

    organisation: ShortText
    project_name: ShortText
    support_form: Annotated[str, coded(SUPPORT_FORM)]
    care_service: YesNo
    stations: Annotated[str, Field(max_length=400)]
    since: PastDay
    until: Day
    yuan: Annotated[int, BeforeValidator(parse_whole), Field(ge=0, le=100_000_000)]


def _key(record: SupportProject) -> Sequence[str]:
    return (
        squeeze_text(record.organisation),
        squeeze_text(record.project_name),
        record.since.isoformat(),
    )


def _state(record: SupportProject, statement: Statement) -> None:
    names = [each for each in re.split(r"[、，,;；\s]+", record.stations) if each]
    towns = [town_station_of(each, STATIONS_HEADING, statement.places) for each in names]
    statement.execute(
        StartProject(
            organisation=organisation_of(record.organisation, "社会组织", statement.places),
            project=statement.record_id,
            support_form=SupportForm(record.support_form),
            care_service=record.care_service,
            towns=tuple(sorted(set(towns))),
            since=record.since,
            until=record.until,
            yuan=record.yuan,
            project_name=record.project_name,
        ),
        occurred_on=record.since,
    )


KIND = RecordKind(
    name="civil_affairs.support_project",
    title="支持项目登记",
    seats=(Seat.CIVIL_AFFAIRS, Seat.TOWN),
    model=SupportProject,
    columns=(
        Column(
            "organisation",
            "社会组织",
            required=True,
            sensitive=False,
            example="岳阳街道未保站",
            note="单位在本平台的全称或编号",
        ),
        Column("project_name", "项目名称", required=True, example="示例陪伴项目"),
        code_column(SUPPORT_FORM, "support_form", "支持形式", required=True, example="政府委托"),
        code_column(YES_NO, "care_service", "是否社工关爱服务项目", required=True, example="是"),
        Column(
            "stations",
            STATIONS_HEADING,
            required=True,
            sensitive=False,
            example="岳阳街道未保站",
            note="可填几个，用顿号分开",
        ),
        Column("since", "开始日期", required=True, example="2025-03-01"),
        Column("until", "结束日期", required=True, example="2025-12-31"),
        Column("yuan", "金额（元）", required=True, example="50000"),
    ),
    natural_key=_key,
    state=_state,
)
