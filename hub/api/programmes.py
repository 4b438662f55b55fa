"""Doors to what offices owe, hold, inspect, list and spend: no child is in any of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.activity_codes import ACTIVITY_KIND, BRAND
from domain.budget import FUND
from domain.hazard import HAZARD, HAZARD_KIND
from domain.organisations import SEAT_WORDS, Seat
from domain.purpose import Purpose
from domain.site import INSPECTION, SITE_KIND, SiteKind
from domain.work_item import WORK_ITEM
from hub.api.paging import Reading, listing
from hub.api.schemas import Answered, Listing

router = APIRouter(prefix="/programmes", tags=["按期应办、活动和检查"])

Year = Annotated[str, Query(pattern=r"^20\d\d$", description="年度（2025）。")]


class OwedDutyOut(Answered):
    """一个单位一个期次的应办事项。"""

    duty: str = Field(description="事项代码", examples=["town_lecture"])
    title: str = Field(description="事项", examples=["街镇专题讲座或主题活动"])
    owner: str = Field(description="应办单位编号", examples=["town:999999990"])
    owner_name: str = Field(description="应办单位", examples=["岳阳街道未保站"])
    period: str = Field(description="期次", examples=["2025-Q1"])
    needed: int = Field(description="应办数", examples=[1])
    held: int = Field(description="已办数", examples=[0])
    fulfilled: bool = Field(description="是否完成", examples=[False])
    overdue: bool = Field(description="是否逾期", examples=[True])
    due_at: str = Field(description="期限", examples=["2025-03-31T16:00:00+00:00"])
    missing: list[str] = Field(description="还没有办到的村居或街镇", examples=[[]])


@router.get("/duties", summary="按期应办事项")
def duties(
    who: Reading,
    year: Year,
    owner: Annotated[str | None, Query(max_length=100, description="只列一个单位的。")] = None,
) -> Listing[OwedDutyOut]:
    """民政局、妇儿工委办看全区，其他单位看本单位的：每个期次应办几次、已办几次、还缺哪里。"""
    found = who.program.queries.duties(who.reader(Purpose.CASEWORK), year, owner=owner)
    return Listing[OwedDutyOut](**listing([OwedDutyOut.model_validate(each) for each in found]))


class DutyCoverageOut(Answered):
    """一项应办事项一年的完成情况，按单位种类。"""

    duty: str = Field(description="事项代码", examples=["town_lecture"])
    title: str = Field(description="事项", examples=["街镇专题讲座或主题活动"])
    seat: str = Field(description="单位种类代码", examples=["town"])
    seat_name: str = Field("", description="单位种类", examples=["街镇未保站"])
    organisations: int = Field(description="单位数", examples=[17])
    needed: int = Field(description="应办数", examples=[68])
    held: int = Field(description="已办数", examples=[66])
    overdue: int = Field(description="逾期未办的期次", examples=[2])


class ActivityCountOut(Answered):
    """一类活动一年的次数和人数，按单位种类。"""

    activity: str = Field(description="活动类别代码", examples=["DROWNING_PREVENTION"])
    activity_name: str = Field("", description="活动类别", examples=["防溺水"])
    seat: str = Field(description="单位种类代码", examples=["town"])
    seat_name: str = Field("", description="单位种类", examples=["街镇未保站"])
    records: int = Field(description="登记数", examples=[12])
    sessions: int = Field(description="场次", examples=[14])
    children: int | None = Field(None, description="儿童人数；小数目不显示", examples=[360])
    guardians: int = Field(description="监护人人数", examples=[120])
    others: int = Field(description="其他人数", examples=[20])


class BrandCountOut(Answered):
    """一个品牌项目一年的活动。"""

    brand: str = Field(description="品牌项目代码", examples=["GUARDIAN_STAR"])
    brand_name: str = Field("", description="品牌项目", examples=["守护星"])
    records: int = Field(description="登记数", examples=[6])
    sessions: int = Field(description="场次", examples=[6])


class InspectionCountOut(Answered):
    """一类检查一年的次数，按单位种类。"""

    inspection: str = Field(description="检查类别代码", examples=["FIRE"])
    inspection_name: str = Field("", description="检查类别", examples=["消防安全"])
    seat: str = Field(description="单位种类代码", examples=["emergency"])
    seat_name: str = Field("", description="单位种类", examples=["应急管理局"])
    records: int = Field(description="登记数", examples=[20])
    hazards: int = Field(description="隐患数", examples=[3])


class ProgrammeCoverageOut(Answered):
    """一年的应办事项、活动、品牌项目和检查。"""

    duties: list[DutyCoverageOut] = Field(description="应办事项")
    activities: list[ActivityCountOut] = Field(description="活动")
    brands: list[BrandCountOut] = Field(description="品牌项目")
    inspections: list[InspectionCountOut] = Field(description="检查")


def _seat(seat: str) -> str:
    return SEAT_WORDS[Seat(seat)]


@router.get("/coverage", summary="应办事项和活动的年度情况")
def coverage(who: Reading, year: Year) -> ProgrammeCoverageOut:
    """民政局、妇儿工委办看全区，其他单位看本单位的；妇儿工委办看不到小数目的儿童人数。"""
    found = who.program.queries.programme_coverage(who.reader(Purpose.CASEWORK), year)
    if found is None:
        return ProgrammeCoverageOut(duties=[], activities=[], brands=[], inspections=[])
    shown = ProgrammeCoverageOut.model_validate(found)
    for duty in shown.duties:
        duty.seat_name = _seat(duty.seat)
    for activity in shown.activities:
        activity.seat_name = _seat(activity.seat)
        activity.activity_name = ACTIVITY_KIND.labels[activity.activity]
    for brand in shown.brands:
        brand.brand_name = BRAND.labels[brand.brand]
    for inspection in shown.inspections:
        inspection.seat_name = _seat(inspection.seat)
        inspection.inspection_name = INSPECTION.labels[inspection.inspection]
    return shown


class SiteOut(Answered):
    """场所台账中的一处；名称在其时间线中。"""

    id: str = Field(description="时间线编号", examples=["c0000000-0000-4000-8000-000000000001"])
    number: str = Field(description="场所编号", examples=["CS-0001"])
    site_kind: str = Field(description="场所类别代码", examples=["WATERS"])
    site_kind_name: str = Field("", description="场所类别", examples=["水域"])
    village: str | None = Field(None, description="村居代码", examples=["999999990001"])
    town: str | None = Field(None, description="街镇代码", examples=["999999990"])
    run_by: str | None = Field(None, description="管理单位编号", examples=["school:9999990001"])
    run_by_name: str | None = Field(None, description="管理单位", examples=["示例小学"])
    kept_by: str = Field(description="登记单位编号", examples=["water:999999"])
    kept_by_name: str = Field(description="登记单位", examples=["水务局"])
    closed_on: str | None = Field(None, description="撤销日期", examples=["2025-03-20"])
    inspected_on: str | None = Field(None, description="最近检查日期", examples=["2025-03-14"])
    inspections: int = Field(description="本年检查次数", examples=[2])


@router.get("/sites", summary="场所台账")
def sites(
    who: Reading,
    year: Year,
    site_kind: Annotated[SiteKind | None, Query(description="只列一类场所。")] = None,
) -> Listing[SiteOut]:
    """民政局、妇儿工委办看全区，其他单位看本单位登记、管理或检查的；最久没有检查的在前。"""
    found = who.program.queries.sites(who.reader(Purpose.CASEWORK), year, kind=site_kind)
    items = [SiteOut.model_validate(each) for each in found]
    for each in items:
        each.site_kind_name = SITE_KIND.labels[each.site_kind]
    return Listing[SiteOut](**listing(items))


class HazardOut(Answered):
    """一处还没有复查合格的隐患。"""

    number: str = Field(description="隐患编号", examples=["YH-0001"])
    state: str = Field(description="状态代码", examples=["FOUND"])
    state_name: str = Field("", description="状态", examples=["待整改"])
    hazard: str = Field(description="隐患类别代码", examples=["WATER_HAZARD"])
    hazard_name: str = Field("", description="隐患类别", examples=["涉水隐患"])
    site: str | None = Field(None, description="场所编号", examples=["CS-0001"])
    owner: str = Field(description="整改单位编号", examples=["town:999999990"])
    owner_name: str = Field(description="整改单位", examples=["岳阳街道未保站"])
    found_by: str = Field(description="发现单位编号", examples=["water:999999"])
    found_by_name: str = Field(description="发现单位", examples=["水务局"])
    found_on: str = Field(description="发现日期", examples=["2025-03-14"])
    due_at: str = Field(description="整改或复查期限", examples=["2025-04-14T16:00:00+00:00"])
    overdue: bool = Field(description="是否逾期", examples=[False])


@router.get("/hazards", summary="未了隐患")
def hazards(who: Reading) -> Listing[HazardOut]:
    """民政局、妇儿工委办看全区，其他单位看本单位发现或应整改的；最早到期的在前。"""
    found = who.program.queries.hazards(who.reader(Purpose.CASEWORK))
    items = [HazardOut.model_validate(each) for each in found]
    for each in items:
        each.state_name = HAZARD.states[each.state]
        each.hazard_name = HAZARD_KIND.labels[each.hazard]
    return Listing[HazardOut](**listing(items))


class WorkItemOut(Answered):
    """工作清单中的一项。"""

    number: str = Field(description="清单编号", examples=["QD-2025-01"])
    state: str = Field(description="状态代码", examples=["LISTED"])
    state_name: str = Field("", description="状态", examples=["办理中"])
    year: str = Field(description="年度", examples=["2025"])
    owner: str = Field(description="承办单位编号", examples=["town:999999990"])
    owner_name: str = Field(description="承办单位", examples=["岳阳街道未保站"])
    listed_by: str = Field(description="列入单位编号", examples=["civil_affairs:999999"])
    listed_by_name: str = Field(description="列入单位", examples=["民政局"])
    due_at: str = Field(description="完成期限", examples=["2025-11-30T16:00:00+00:00"])
    overdue: bool = Field(description="是否逾期", examples=[False])


@router.get("/work-items", summary="年度工作清单")
def work_items(who: Reading, year: Year) -> Listing[WorkItemOut]:
    """民政局、妇儿工委办看全区，其他单位看本单位列入或承办的。"""
    found = who.program.queries.work_items(who.reader(Purpose.CASEWORK), year)
    items = [WorkItemOut.model_validate(each) for each in found]
    for each in items:
        each.state_name = WORK_ITEM.states[each.state]
    return Listing[WorkItemOut](**listing(items))


class BudgetOut(Answered):
    """一个经费项目一年的预算、拨付和执行，整数元。"""

    fund: str = Field(description="经费项目代码", examples=["HOME_RENOVATION"])
    fund_name: str = Field("", description="经费项目", examples=["追光小屋"])
    year: int = Field(description="预算年度", examples=[2025])
    as_of: str = Field(description="截止日期", examples=["2025-03-31"])
    budgeted: int = Field(description="预算数", examples=[1000000])
    allocated: int = Field(description="拨付数", examples=[400000])
    spent: int = Field(description="执行数", examples=[250000])
    rate: float | None = Field(None, description="执行率（%）", examples=[25.0])


@router.get("/budgets", summary="经费预算和执行")
def budgets(who: Reading, year: Year) -> Listing[BudgetOut]:
    """财政局、民政局、妇儿工委办看全区的。"""
    found = who.program.queries.budgets(who.reader(Purpose.CASEWORK), year)
    items = [BudgetOut.model_validate(each) for each in found]
    for each in items:
        each.fund_name = FUND.labels[each.fund]
    return Listing[BudgetOut](**listing(items))
