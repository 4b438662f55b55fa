"""What a child's home lacks, seen there (居室入户评估); source: plan 二4 (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from adapters.intake.columns import Column
from adapters.intake.fields import (
    YES_NO,
    Note,
    ShortText,
    YesNo,
    child_columns,
    code_column,
    parse_yuan,
    several,
)
from adapters.intake.records import ChildRecord, PastDay, RecordKind, Statement, coded
from domain.home_renovation_events import HOME_FUND, HOME_NEED, AssessHome, HomeFund, HomeNeed
from domain.organisations import Seat

LEADING = (Seat.TOWN, Seat.CIVIL_AFFAIRS)
"""Who leads the renovation of a home."""


class HomeAssessment(ChildRecord):
    """One look at one child's home, with what child and family wish."""

    assessed_on: PastDay
    room: ShortText
    needs: Annotated[tuple[HomeNeed, ...], several(HOME_NEED), Field(min_length=1)]
    paid_by: Annotated[HomeFund, coded(HOME_FUND)]
    estimate: Annotated[int, BeforeValidator(parse_yuan), Field(ge=1)]
    problem: YesNo
    childs_view: Note = None
    familys_view: Note = None


def _key(record: HomeAssessment) -> Sequence[str]:
    return (*record.child_key(), record.assessed_on.isoformat())


def _state(record: HomeAssessment, statement: Statement) -> None:
    statement.execute(
        AssessHome(
            child_ref=statement.child(record.claim(statement.places)),
            happened_on=record.assessed_on,
            room=record.room,
            needs=record.needs,
            paid_by=record.paid_by,
            estimate=record.estimate,
            problem=record.problem,
            childs_view=record.childs_view,
            familys_view=record.familys_view,
        ),
        occurred_on=record.assessed_on,
    )


KIND = RecordKind(
    name="home.renovation_assessment",
    title="居室入户评估",
    seats=LEADING,
    model=HomeAssessment,
    columns=(
        *child_columns("儿童姓名"),
        Column("assessed_on", "评估日期", required=True, example="2025-03-05"),
        Column("room", "改造房间", required=True, example="卧室"),
        code_column(
            HOME_NEED,
            "needs",
            "改造需求",
            required=True,
            example="书桌、照明",
            note="可填多项，用、隔开",
        ),
        code_column(
            HOME_FUND,
            "paid_by",
            "拟用资金",
            required=True,
            example="民政资金",
            note="街镇资金由街镇审批，民政和慈善资金由民政局审批",
        ),
        Column("estimate", "预算（元）", required=True, example="6000"),
        code_column(
            YES_NO,
            "problem",
            "发现安全隐患",
            required=True,
            example="否",
            note="填“是”的，系统立即列入问题清单交街镇处置，不等改造",
        ),
        Column("childs_view", "儿童的想法", note="用儿童自己的话，不超过2000字"),
        Column(
            "familys_view",
            "家庭的想法",
            note="用家庭自己的话，不超过2000字；发现疑似伤害的另填强制报告，不写在这里",
        ),
    ),
    natural_key=_key,
    state=_state,
)
