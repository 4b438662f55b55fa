"""Doors to break-glass (紧急调阅): open, end, review, one's own and those one was told of."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from domain.break_glass import BreakGlass, EndBreakGlass, ReviewBreakGlass
from domain.kernel import Category, LegalBasis, derived_id
from hub.api.auth import Caller, Signed
from hub.api.children import claim_of, show_told
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode_position, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Answered, Asked, EntryOut, InquiryIn, Listing, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/break-glass", tags=["紧急调阅"])

AccessId = Annotated[str, Path(max_length=100, description="紧急调阅编号。")]
_ACCESS = "d0000000-0000-4000-8000-000000000001"


class BreakGlassIn(Asked):
    """紧急调阅：写一人一档编号，或写儿童信息由系统查找；答复都一样。"""

    child_ref: str | None = Field(
        None, max_length=100, description="一人一档编号", examples=[_ACCESS]
    )
    child: InquiryIn | None = Field(
        None, description="儿童信息，没有编号时填写", examples=[{"name": "示例儿童"}]
    )
    categories: list[Category] = Field(
        min_length=1, max_length=len(Category), description="数据类别", examples=[["contact"]]
    )
    ground: str = Field(max_length=40, description="紧急情况代码", examples=["MISSING"])
    account: str = Field(
        min_length=1,
        max_length=2000,
        description="紧急情况说明：发生了什么，为什么来不及转介",
        examples=["（示例）夜间走失，需立即联系家长。"],
    )
    hours: int | None = Field(
        None, ge=1, le=24, description="几小时；不填为最长时间", examples=[12]
    )


class ReviewBreakGlassIn(Asked):
    """事后核查。"""

    justified: bool = Field(description="是否正当", examples=[True])
    note: str | None = Field(
        None, max_length=2000, description="核查说明", examples=["（示例）情况属实。"]
    )


class BreakGlassOut(ReceiptOut):
    """紧急调阅的回执。是否找到儿童不在答复之内：能看到什么，请到一人一档查看。"""

    access_id: str = Field(description="紧急调阅编号", examples=[_ACCESS])


class UsesOut(Answered):
    """一个单位的紧急调阅次数。"""

    organisation: str = Field(description="单位编号", examples=["police_station:999999001"])
    name: str = Field(description="单位", examples=["示例派出所"])
    times: int = Field(description="次数", examples=[2])
    open_reviews: int = Field(description="待核查", examples=[1])
    not_justified: int = Field(description="核查为不正当", examples=[0])


@router.post("", summary="紧急调阅")
def break_glass(
    who: Signed, request: Request, body: BreakGlassIn, key: Key = None
) -> BreakGlassOut:
    """立即开放，最长24小时；同时告知牵头单位，下一个工作日事后核查。"""
    command = BreakGlass(
        access_id=_access_id(who, key),
        child_ref=_child_of(who, body),
        categories=tuple(body.categories),
        ground=body.ground,
        account=body.account,
        hours=body.hours,
    )
    done = carry_out(who, request, command, key, basis=LegalBasis.EMERGENCY)
    return BreakGlassOut(**done.model_dump(), access_id=str(command.access_id))


def _access_id(who: Caller, key: str | None) -> UUID:
    """Repeated under the same key it is the same access."""
    if key is None:
        return uuid4()
    return derived_id("break_glass", who.user.organisation, who.user.user, key)


def _child_of(who: Caller, body: BreakGlassIn) -> UUID | None:
    """Whom it names; None where nobody is found, which the answer never tells. No limit on
    searches stands before it: it gives no answer to try numbers by, and each one is reviewed."""
    if body.child is None:
        return UUID(pseudonym(body.child_ref or ""))
    return who.program.hub.matching.find(claim_of(who, body.child))


@router.get("", summary="紧急调阅登记")
def accesses(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[EntryOut]:
    """本单位办理的、告知本单位的和由本单位核查的，新的在前。"""
    page = who.program.queries.break_glass(
        who.reader(Purpose.CASEWORK), before=decode_position(cursor), limit=limit
    )
    items = [show_told(entry) for entry in page.items]
    return Listing[EntryOut](**listing(items, page.next_cursor))


@router.get("/uses", summary="各单位紧急调阅次数")
def uses(
    who: Reading,
    days: Annotated[int, Query(ge=1, le=3660, description="最近几天。")] = 30,
) -> Listing[UsesOut]:
    """由本单位核查的，次数多的在前。"""
    since = who.program.clock.now() - timedelta(days=days)
    found = who.program.queries.break_glass_uses(who.reader(Purpose.CASEWORK), since=since)
    return Listing[UsesOut](**listing([UsesOut.model_validate(each) for each in found]))


@router.get("/{access_id}", summary="一次紧急调阅")
def access(who: Reading, access_id: AccessId) -> Listing[EntryOut]:
    """何时、为何、看了哪些类别、是否核查。"""
    page = who.program.queries.break_glass_access(
        who.reader(Purpose.CASEWORK), pseudonym(access_id)
    )
    if not page.items:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[EntryOut](**listing([show_told(entry) for entry in page.items]))


@router.post("/{access_id}/end", summary="结束紧急调阅")
def end(who: Signed, request: Request, access_id: AccessId, key: Key = None) -> ReceiptOut:
    """不再需要时由本单位提前结束。"""
    return carry_out(who, request, EndBreakGlass(access_id=as_id(access_id)), key)


@router.post("/{access_id}/review", summary="事后核查")
def review(
    who: Signed,
    request: Request,
    access_id: AccessId,
    body: ReviewBreakGlassIn,
    key: Key = None,
) -> ReceiptOut:
    """由核查单位办理；不正当的立即结束。"""
    command = ReviewBreakGlass(access_id=as_id(access_id), **body.model_dump())
    return carry_out(who, request, command, key)
