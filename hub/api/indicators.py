"""Doors to the plan's indicators (指标): suppressed figures, and no child in any of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/indicators", tags=["指标"])

Year = Annotated[int, Query(ge=2000, le=2100, description="年度（2025）。")]


class IndicatorOut(Answered):
    """一项指标一年的数值。比率以千分之一计（941 即 94.1%）；人数小于5的不显示。"""

    code: str = Field(description="指标代码", examples=["town_lectures"])
    title: str = Field(description="指标", examples=["街镇季度讲座完成率"])
    owner: str = Field(description="工作单位种类代码", examples=["town"])
    owner_name: str = Field(description="工作单位种类", examples=["街镇未保站"])
    reported_by: str = Field(description="填报单位代码", examples=["civil_affairs"])
    reported_by_name: str = Field(description="填报单位", examples=["民政局"])
    unit: str = Field(description="计量单位", examples=["%"])
    definition: str = Field(description="口径", examples=["当年应办的讲座中，已完成的占比"])
    reads: str = Field(description="数据来源", examples=["按期应办事项"])
    year: int = Field(description="年度", examples=[2025])
    until: date = Field(description="截至日期", examples=["2025-09-30"])
    value: int | None = Field(None, description="数值；不显示或没有的为空", examples=[941])
    words: str = Field(description="数值（文字）", examples=["94.1%"])
    last_year: int | None = Field(None, description="上年数", examples=[900])
    last_year_words: str = Field(description="上年数（文字）", examples=["90.0%"])
    target: int | None = Field(None, description="当年目标", examples=[1000])
    target_words: str = Field(description="当年目标（文字）", examples=["100.0%"])
    target_2026: int | None = Field(None, description="2026年目标", examples=[1000])
    target_2026_words: str = Field(description="2026年目标（文字）", examples=["100.0%"])
    reached: bool | None = Field(None, description="是否达到当年目标", examples=[False])


class IndicatorTownOut(Answered):
    """一项指标一个街镇的数值。"""

    town: str = Field(description="街镇代码", examples=["999999990"])
    town_name: str = Field(description="街镇", examples=["岳阳街道"])
    value: int | None = Field(None, description="数值", examples=[1000])
    words: str = Field(description="数值（文字）", examples=["100.0%"])


class IndicatorYearOut(Answered):
    """一项指标一个年度的数值和目标。"""

    year: int = Field(description="年度", examples=[2024])
    value: int | None = Field(None, description="数值；不显示或没有的为空", examples=[900])
    words: str = Field(description="数值（文字）", examples=["90.0%"])
    target: int | None = Field(None, description="当年目标", examples=[950])
    target_words: str = Field(description="当年目标（文字）", examples=["95.0%"])


class IndicatorDetailOut(Answered):
    """一项指标，和分街镇的数值（人数类指标的分街镇数见年报表）。"""

    row: IndicatorOut = Field(description="数值")
    source: str = Field(description="依据", examples=["plan 二5 (P34)"])
    towns: list[IndicatorTownOut] = Field(description="分街镇数", examples=[[]])
    years: list[IndicatorYearOut] = Field(description="近几年的数值", examples=[[]])


@router.get("", summary="一年的指标")
def indicators(who: Reading, year: Year) -> Listing[IndicatorOut]:
    """本单位的指标和本单位填报的指标；审核单位看各单位的。小于5人的数不显示。"""
    found = who.program.queries.indicators(who.reader(Purpose.CASEWORK), year)
    return Listing[IndicatorOut](**listing([IndicatorOut.model_validate(each) for each in found]))


@router.get("/{code}", summary="一项指标")
def indicator(
    who: Reading,
    code: Annotated[str, Path(max_length=60, description="指标代码。")],
    year: Year,
) -> IndicatorDetailOut:
    """口径、数据来源、数值和分街镇数。"""
    found = who.program.queries.indicator(who.reader(Purpose.CASEWORK), code, year)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return IndicatorDetailOut.model_validate(found)
