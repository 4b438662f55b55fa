"""Rounds of full verification (全面核查)."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.purpose import Purpose
from domain.verification import FINDING
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/verification-rounds", tags=["全面核查"])


class FoundOut(Answered):
    """一种核查结果的人数。"""

    finding: str = Field(description="核查结果代码", examples=["NEWLY_FOUND"])
    finding_name: str = Field(description="核查结果", examples=["新发现"])
    count: int = Field(description="人数", examples=[1])


class VillageProgressOut(Answered):
    """一个村居的核查进度。"""

    owner: str = Field(description="核查单位编号", examples=["village:999999001001"])
    owner_name: str = Field(description="核查单位", examples=["示例第一社区"])
    verified: int = Field(description="已核查儿童数", examples=[12])
    waiting: int = Field(description="待核查儿童数，含逾期", examples=[1])
    findings: list[FoundOut] = Field(description="本轮以来各种核查结果的人数")


class RoundOut(Answered):
    """一个街镇的一轮全面核查。"""

    town: str = Field(description="街镇代码", examples=["999999001"])
    town_name: str = Field(description="街镇", examples=["示例第一街道未保站"])
    opened_on: str = Field(description="开始日期", examples=["2025-03-03"])
    until: str = Field(description="核查截止日期", examples=["2025-04-30"])
    put_off_until: str | None = Field(
        None, description="延期后的核查截止日期；没有延期的为空", examples=["2025-05-31"]
    )
    report_by: str = Field(
        description="街镇报送完成情况的期限", examples=["2025-05-09T16:00:00+00:00"]
    )
    finished_on: str | None = Field(
        None, description="街镇报送的完成日期；没有报送的为空", examples=["2025-04-28"]
    )
    villages: list[VillageProgressOut] = Field(description="各核查单位的进度")


@router.get("", summary="全面核查的安排和进度")
def rounds(who: Reading) -> Listing[RoundOut]:
    """民政局看全区，街镇看本街镇；其他单位没有可显示的记录。新的一轮在前。"""
    found = who.program.queries.verification_rounds(who.reader(Purpose.CASEWORK))
    items = [
        RoundOut(
            **{
                name: getattr(each, name)
                for name in (
                    "town",
                    "town_name",
                    "opened_on",
                    "until",
                    "put_off_until",
                    "report_by",
                    "finished_on",
                )
            },
            villages=[
                VillageProgressOut(
                    owner=one.owner,
                    owner_name=one.owner_name,
                    verified=one.verified,
                    waiting=one.waiting,
                    findings=[
                        FoundOut(finding=code, finding_name=FINDING.label(code), count=count)
                        for code, count in sorted(one.findings.items())
                    ],
                )
                for one in each.villages
            ],
        )
        for each in found
    ]
    return Listing[RoundOut](**listing(items))
