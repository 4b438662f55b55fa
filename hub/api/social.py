"""Doors to social organisations (社会组织): accredited, supported, and where their services reach.
Accrediting, projects and reviews are ordinary records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from domain.social_organisation import WithdrawAccreditation
from domain.support_codes import SUPPORT_FORM
from hub.api.auth import Signed
from hub.api.paging import Reading, listing
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, carry_out
from hub.api.schemas import Answered, Asked, Listing, ReceiptOut

router = APIRouter(prefix="/social-organisations", tags=["社会组织"])


class WithdrawIn(Asked):
    """取消准入。"""

    organisation: str = Field(
        max_length=100, description="社会组织代码", examples=["social_organisation:9999990001"]
    )


class ProjectOut(Answered):
    """一个支持项目，不含名称。"""

    project: str = Field(description="项目编号", examples=["f0000000-0000-4000-8000-000000000004"])
    support_form: str = Field(description="支持形式", examples=["政府委托"])
    care_service: bool = Field(description="是否社工关爱服务项目", examples=[True])
    towns: tuple[str, ...] = Field(description="覆盖街镇代码", examples=[["310117099"]])
    since: str = Field(description="开始日期", examples=["2025-03-01"])
    until: str = Field(description="结束日期", examples=["2025-12-31"])
    yuan: int = Field(description="金额（元）", examples=[50000])
    reviewed: tuple[int, ...] = Field(description="已评估的年度", examples=[[2025]])


class SocialOut(Answered):
    """一个社会组织。"""

    organisation: str = Field(
        description="社会组织代码", examples=["social_organisation:9999990001"]
    )
    organisation_name: str = Field(description="社会组织", examples=["示例社工服务中心"])
    social_kind: str = Field(description="类别", examples=["专业社会工作服务机构"])
    accredited: bool = Field(description="准入是否有效", examples=[True])
    until: str | None = Field(description="准入止日", examples=["2027-02-28"])
    projects: tuple[ProjectOut, ...] = Field(description="支持项目", examples=[[]])


class CoveredTown(Answered):
    """一个街镇的覆盖情况。"""

    town: str = Field(description="街镇代码", examples=["310117099"])
    town_name: str = Field(description="街镇", examples=["示例街道未保站"])
    projects: int = Field(description="社工关爱服务项目数", examples=[1])


class CoverageOut(Answered):
    """困境儿童社工关爱服务项目覆盖面。"""

    year: int = Field(description="年度", examples=[2025])
    covered: int = Field(description="有项目覆盖的街镇数", examples=[12])
    towns: list[CoveredTown] = Field(description="各街镇", examples=[[]])
    forms: dict[str, int] = Field(description="各支持形式的项目数", examples=[{"政府委托": 3}])
    yuan: int = Field(description="金额合计（元）", examples=[500000])
    children_served: int | None = Field(
        description="年度评估的服务儿童人数；小数目不显示", examples=[120]
    )


@router.get("", summary="社会组织")
def social(who: Reading) -> Listing[SocialOut]:
    """社会组织看本单位的；民政局等统看全区服务项目的单位看全部。不涉及儿童。"""
    found = who.program.queries.social_organisations(who.coordinator())
    return Listing[SocialOut](**listing([SocialOut.model_validate(each) for each in found], None))


@router.get("/coverage", summary="社工关爱服务项目覆盖面")
def coverage(
    who: Reading,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="年度，不填为今年")] = None,
) -> CoverageOut:
    """各街镇有几个社工关爱服务项目、各支持形式几个项目；只供民政局和妇儿工委办统筹。"""
    found = who.program.queries.service_coverage(who.coordinator(), year)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return CoverageOut(
        year=found.year,
        covered=found.covered,
        towns=[
            CoveredTown(town=town, town_name=name, projects=projects)
            for town, (name, projects) in found.towns.items()
        ],
        forms={SUPPORT_FORM.labels[form]: count for form, count in found.forms.items()},
        yuan=found.yuan,
        children_served=found.children_served,
    )


@router.post("/withdraw", summary="取消准入")
def withdraw(who: Signed, request: Request, body: WithdrawIn, key: Key = None) -> ReceiptOut:
    """由区民政局办理，即时生效：此后不再转给该组织，其人员不能查看儿童信息。"""
    return carry_out(who, request, WithdrawAccreditation(**body.model_dump()), key)
