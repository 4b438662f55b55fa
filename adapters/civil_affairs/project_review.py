"""What a supported project came to in a year (项目年度评估, plan 二6 P50)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import Note, ShortText, code_column, parse_people
from adapters.intake.records import Record, RecordKind, Statement, coded, organisation_of
from adapters.intake.workforce import parse_whole
from domain.organisations import Seat
from domain.social_organisation import ReviewProject
from domain.support_codes import REVIEW_GRADE, ReviewGrade


class ProjectReview(Record):
    """The yearly review of a project. Source: plan 二6: 加强能力建设."""

    organisation: ShortText
    project: UUID
    reviewed_year: Annotated[int, BeforeValidator(parse_whole), Field(ge=2000, le=2100)]
    review_grade: Annotated[str, coded(REVIEW_GRADE)]
    children_served: Annotated[int, BeforeValidator(parse_people), Field(ge=0, le=100_000)]
    account: Note = None


def _key(record: ProjectReview) -> Sequence[str]:
    return (str(record.project), str(record.reviewed_year))


def _state(record: ProjectReview, statement: Statement) -> None:
    statement.execute(
        ReviewProject(
            organisation=organisation_of(record.organisation, "社会组织", statement.places),
            project=record.project,
            reviewed_year=record.reviewed_year,
            review_grade=ReviewGrade(record.review_grade),
            children_served=record.children_served,
            account=record.account,
        )
    )


KIND = RecordKind(
    name="civil_affairs.project_review",
    title="项目年度评估",
    seats=(Seat.CIVIL_AFFAIRS, Seat.TOWN),
    model=ProjectReview,
    columns=(
        Column(
            "organisation",
            "社会组织",
            required=True,
            sensitive=False,
            example="岳阳街道未保站",
            note="单位在本平台的全称或编号",
        ),
        Column(
            "project",
            "项目编号",
            required=True,
            sensitive=False,
            example="f0000000-0000-4000-8000-000000000004",
            note="支持项目登记后由本平台给出",
        ),
        Column("reviewed_year", "评估年度", required=True, example="2025"),
        code_column(REVIEW_GRADE, "review_grade", "评估结果", required=True, example="优良"),
        Column("children_served", "服务儿童人数", required=True, example="40"),
        Column("account", "评估说明", note="不写儿童姓名，不超过2000字"),
    ),
    natural_key=_key,
    state=_state,
)
