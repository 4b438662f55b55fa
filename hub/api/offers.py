"""Doors to what can be signed up for, and how it is taken up: no child is in any of it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.activity_codes import BRAND
from domain.offer_codes import OFFER_KIND, OFFER_STATE_WORDS
from domain.purpose import Purpose
from hub.api.paging import Reading, listing
from hub.api.programmes import Year
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/offers", tags=["公益活动平台"])


class OfferOut(Answered):
    """一个可以报名的项目。"""

    number: str = Field(description="项目编号", examples=["BM-2025-01"])
    offer: str = Field(description="项目类别代码", examples=["DAY_CARE"])
    offer_name: str = Field("", description="项目类别", examples=["爱心暑托班"])
    brand: str | None = Field(None, description="品牌项目代码", examples=["SCIENCE_CAMP"])
    brand_name: str | None = Field(None, description="品牌项目", examples=["科普夏令营"])
    organiser: str = Field(description="主办单位编号", examples=["youth_league:999999"])
    organiser_name: str = Field(description="主办单位", examples=["团区委"])
    town: str | None = Field(None, description="限于的街镇代码", examples=["999999990"])
    begins_on: str = Field(description="开始日期", examples=["2025-07-07"])
    until: str = Field(description="结束日期", examples=["2025-08-15"])
    spots: int = Field(description="名额", examples=[30])
    age_from: int = Field(description="年龄下限（周岁）", examples=[6])
    age_until: int = Field(description="年龄上限（周岁）", examples=[12])
    sign_up_by: str = Field(description="报名截止", examples=["2025-06-20"])
    state: str = Field(description="状态代码", examples=["OPEN"])
    state_name: str = Field("", description="状态", examples=["报名中"])
    given: int | None = Field(None, description="已分配名额，只给主办单位看", examples=[12])
    waiting: int | None = Field(None, description="排队人数，只给主办单位看", examples=[3])


@router.get("", summary="可以报名的项目")
def offers(who: Reading, year: Year) -> Listing[OfferOut]:
    """村居、街镇、学校和主办单位看一年中开始的项目；里面没有孩子的信息。"""
    found = who.program.queries.offers(who.reader(Purpose.CASEWORK), year)
    items = [OfferOut.model_validate(each) for each in found]
    for each in items:
        each.offer_name = OFFER_KIND.labels[each.offer]
        each.brand_name = BRAND.labels[each.brand] if each.brand else None
        each.state_name = OFFER_STATE_WORDS[each.state]
    return Listing[OfferOut](**listing(items))


class OfferFigureOut(Answered):
    """一类项目一年的报名和参加情况。"""

    offer: str = Field(description="项目类别代码", examples=["DAY_CARE"])
    offer_name: str = Field("", description="项目类别", examples=["爱心暑托班"])
    offers: int = Field(description="项目数", examples=[4])
    spots: int = Field(description="名额数", examples=[120])
    signed_up: int | None = Field(None, description="报名人次", examples=[96])
    first: int | None = Field(None, description="其中优先", examples=[40])
    given: int | None = Field(None, description="有名额", examples=[90])
    waiting: int | None = Field(None, description="排队中", examples=[6])
    came: int | None = Field(None, description="已到场", examples=[80])


@router.get("/figures", summary="报名和参加情况")
def figures(who: Reading, year: Year) -> Listing[OfferFigureOut]:
    """民政局、妇儿工委办看全区，主办单位看本单位的；太小的人数和能推算出它的不显示。"""
    found = who.program.queries.offer_figures(who.reader(Purpose.CASEWORK), year)
    items = [OfferFigureOut.model_validate(each) for each in found]
    for each in items:
        each.offer_name = OFFER_KIND.labels[each.offer]
    return Listing[OfferFigureOut](**listing(items))
