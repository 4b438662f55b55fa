"""Charity projects (慈善项目登记); source: plan 二3 (P23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, parse_yuan
from adapters.intake.records import Day, Record, RecordKind, Statement, organisation_of
from domain.charity import RecordCharityProject
from domain.identifiers import squeeze_text
from domain.organisations import Seat

ORGANISATION_HEADING = "承办社会组织"


class Project(Record):
    """One project: by whom, when, with how much money."""

    project: ShortText
    charity: ShortText
    begins_on: Day
    ends_on: Day
    budget: Annotated[int, BeforeValidator(parse_yuan), Field(ge=0, le=1_000_000_000)]
    account: Note = None


def _key(record: Project) -> Sequence[str]:
    return (squeeze_text(record.project), record.begins_on.isoformat())


def _state(record: Project, statement: Statement) -> None:
    statement.execute(
        RecordCharityProject(
            project_id=statement.record_id,
            organisation=organisation_of(record.charity, ORGANISATION_HEADING, statement.places),
            since=record.begins_on,
            until=record.ends_on,
            budget=record.budget,
            project=record.project,
            account=record.account,
        )
    )


KIND = RecordKind(
    name="charity.project",
    title="慈善项目登记",
    seats=(Seat.CIVIL_AFFAIRS,),
    model=Project,
    columns=(
        Column("project", "项目名称", required=True, example="示例助学项目"),
        Column(
            "charity",
            ORGANISATION_HEADING,
            aliases=("承办单位",),
            required=True,
            example="示例公益服务中心",
            note="单位全称",
            sensitive=False,
        ),
        Column("begins_on", "开始日期", required=True, example="2025-03-01"),
        Column("ends_on", "结束日期", required=True, example="2026-02-28"),
        Column("budget", "预算金额", aliases=("预算",), required=True, example="50000元"),
        Column("account", "项目内容", note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
