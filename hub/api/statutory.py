"""Doors to the exact figures of yearly returns (法定报表准确数)."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from pydantic import Field

from domain.purpose import Purpose
from domain.statutory_return import ApproveExact, EndExact, RefuseExact, RequestExact
from hub.api.auth import Signed
from hub.api.paging import Reading, listing
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.returns import DEPARTMENT, BecauseIn
from hub.api.schemas import Answered, Asked, Listing, ReceiptOut

router = APIRouter(tags=["年度报表"])

RequestId = Annotated[str, Path(max_length=100, description="申请编号。")]


class ExactIn(Asked):
    """申请由两名人员查看准确数。"""

    department: str = Field(max_length=100, description="填报单位编号", examples=[DEPARTMENT])
    year: int = Field(ge=2000, le=2100, description="年度", examples=[2025])
    readers: list[str] = Field(
        min_length=2, max_length=2, description="两名查看人的登录名", examples=[["li", "wu"]]
    )
    used_for: str = Field(
        min_length=1,
        max_length=2000,
        description="用于哪一张法定报表",
        examples=["（示例）统计年报"],
    )


class ExactOut(Answered):
    """一项准确数申请。"""

    request_id: str = Field(
        description="申请编号", examples=["00000000-0000-4000-8000-000000000000"]
    )
    department: str = Field(description="填报单位编号", examples=[DEPARTMENT])
    department_name: str = Field(description="填报单位", examples=["教育局"])
    year: int = Field(description="年度", examples=[2025])
    state: str = Field(description="状态代码", examples=["REQUESTED"])
    state_words: str = Field(description="状态", examples=["待审批"])
    until: date | None = Field(None, description="查看截止日期", examples=["2026-03-01"])
    mine: bool = Field(description="本人是查看人", examples=[True])


class ExactAskedOut(ReceiptOut):
    """回执和申请编号。"""

    request_id: str = Field(
        description="申请编号", examples=["00000000-0000-4000-8000-000000000000"]
    )


class ExactLineOut(Answered):
    """一项指标的准确数。"""

    code: str = Field(description="指标代码", examples=["children_verified"])
    title: str = Field(description="指标", examples=["全面核查儿童数"])
    number: int = Field(description="数", examples=[197])
    among: int | None = Field(None, description="分母", examples=[200])
    words: str = Field(description="数值（文字）", examples=["197人"])
    towns: dict[str, str] = Field(description="分街镇数", examples=[{}])


class ExactTableOut(Answered):
    """一张报表的准确数，只给申请写明的两名人员。"""

    row: ExactOut = Field(description="申请")
    as_of: date = Field(description="截至日期", examples=["2025-12-31"])
    purpose: str = Field(description="用于哪一张法定报表", examples=["（示例）统计年报"])
    lines: list[ExactLineOut] = Field(description="各项指标", examples=[[]])


@router.get("/statutory-returns", summary="准确数申请")
def exact_requests(who: Reading) -> Listing[ExactOut]:
    """本单位的申请。"""
    found = who.program.queries.exact_requests(who.reader(Purpose.CASEWORK))
    return Listing[ExactOut](**listing([ExactOut.model_validate(each) for each in found]))


@router.post("/statutory-returns", summary="申请法定报表准确数")
def ask_exact(who: Signed, request: Request, body: ExactIn) -> ExactAskedOut:
    """写明两名查看人和用于哪一张法定报表；经本单位另一人同意后查看。"""
    directory, ours = who.program.directory, who.user.organisation
    command = RequestExact(
        request_id=uuid4(),
        department=body.department,
        year=body.year,
        readers=tuple(directory.colleague(ours, each) for each in body.readers),
        purpose=body.used_for,
    )
    done = carry_out(who, request, command, None)
    return ExactAskedOut(**done.model_dump(), request_id=str(command.request_id))


@router.get("/statutory-returns/{request_id}", summary="查看准确数")
def exact_return(who: Reading, request_id: RequestId) -> ExactTableOut:
    """只限申请写明的两名人员，在期限内；每次查看都有记录。"""
    found = who.program.queries.exact_return(who.reader(Purpose.CASEWORK), request_id)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return ExactTableOut.model_validate(found)


@router.post("/statutory-returns/{request_id}/approve", summary="同意查看准确数")
def approve_exact(
    who: Signed, request: Request, request_id: RequestId, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导，不能是申请人或查看人。"""
    return carry_out(who, request, ApproveExact(request_id=as_id(request_id)), key)


@router.post("/statutory-returns/{request_id}/refuse", summary="不同意查看准确数")
def refuse_exact(
    who: Signed, request: Request, request_id: RequestId, body: BecauseIn, key: Key = None
) -> ReceiptOut:
    """由本单位负责人或值班领导，写明原因。"""
    command = RefuseExact(request_id=as_id(request_id), reason=body.because)
    return carry_out(who, request, command, key)


@router.post("/statutory-returns/{request_id}/end", summary="结束查看准确数")
def end_exact(who: Signed, request: Request, request_id: RequestId, key: Key = None) -> ReceiptOut:
    """在期限之前。"""
    return carry_out(who, request, EndExact(request_id=as_id(request_id)), key)
