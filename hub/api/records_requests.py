"""Doors to requests for records (调阅申请): asked, granted, refused, ended."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field

from domain.kernel import Category, derived_id
from domain.records_request import (
    EndRecordsAccess,
    GrantRecords,
    RefusalReason,
    RefuseRecords,
    RequestRecords,
)
from hub.api.auth import Caller, Signed
from hub.api.children import claim_of, show_told
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode_position, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Asked, EntryOut, InquiryIn, Listing, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/records-requests", tags=["调阅申请"])

RequestId = Annotated[str, Path(max_length=100, description="调阅申请编号。")]
Categories = Annotated[
    list[Category],
    Field(min_length=1, max_length=len(Category), description="数据类别", examples=[["schooling"]]),
]


class RecordsRequestIn(Asked):
    """调阅申请：写一人一档编号，或写儿童信息由系统查找；答复都一样。"""

    child_ref: str | None = Field(
        None,
        max_length=100,
        description="一人一档编号",
        examples=["00000000-0000-4000-8000-000000000001"],
    )
    child: InquiryIn | None = Field(
        None,
        description="儿童信息，没有编号时填写",
        examples=[{"name": "示例甲乙", "birth_date": "2015-03-02"}],
    )
    addressee: str = Field(
        max_length=100, description="被申请单位编号", examples=["school:9999990001"]
    )
    categories: Categories
    document_number: str = Field(
        min_length=1, max_length=100, description="文书号", examples=["示检调〔2025〕0001号"]
    )
    account: str = Field(
        min_length=1, max_length=2000, description="调阅事项", examples=["（示例）核实就学情况"]
    )
    danger: bool = Field(False, description="有人正处于危险中，须立即答复", examples=[False])


class GrantIn(Asked):
    """准予调阅。"""

    child_ref: str = Field(
        max_length=100,
        description="一人一档编号",
        examples=["00000000-0000-4000-8000-000000000001"],
    )
    categories: Categories
    until: date = Field(description="调阅截止日期（当日24时止）", examples=["2025-03-31"])


class RefuseIn(Asked):
    """不予调阅。"""

    reason: RefusalReason = Field(description="理由代码", examples=["NOT_HELD"])
    note: str | None = Field(
        None, max_length=2000, description="说明", examples=["（示例）本单位未掌握。"]
    )


class RecordsRequestOut(ReceiptOut):
    """调阅申请的回执。是否找到儿童不在答复之内。"""

    request_id: str = Field(
        description="调阅申请编号", examples=["d0000000-0000-4000-8000-000000000002"]
    )


@router.post("", summary="调阅申请")
def request_records(
    who: Signed, request: Request, body: RecordsRequestIn, key: Key = None
) -> RecordsRequestOut:
    """由法院、检察院和公安机关提出，被申请单位一个工作日内答复。"""
    command = RequestRecords(
        request_id=_request_id(who, key),
        child_ref=_child_of(who, body),
        categories=tuple(body.categories),
        **body.model_dump(exclude={"child", "child_ref", "categories"}),
    )
    done = carry_out(who, request, command, key)
    return RecordsRequestOut(**done.model_dump(), request_id=str(command.request_id))


def _request_id(who: Caller, key: str | None) -> UUID:
    """Repeated under the same key it is the same request."""
    if key is None:
        return uuid4()
    return derived_id("records_request", who.user.organisation, who.user.user, key)


def _child_of(who: Caller, body: RecordsRequestIn) -> UUID | None:
    """Whom it names; None where nobody is found, which the answer never tells."""
    if body.child is None:
        return UUID(pseudonym(body.child_ref or ""))
    who.program.queries.count(who.reader(Purpose.CASEWORK))
    return who.program.hub.matching.find(claim_of(who, body.child))


@router.get("", summary="调阅申请登记")
def requests(
    who: Reading,
    to_answer: Annotated[bool, Query(description="只列待本单位答复的。")] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[EntryOut]:
    """本单位提出的和向本单位提出的，新的在前；或只列待本单位答复的。"""
    page = who.program.queries.records_requests(
        who.reader(Purpose.CASEWORK),
        to_answer=to_answer,
        before=decode_position(cursor),
        limit=limit,
    )
    items = [show_told(entry) for entry in page.items]
    return Listing[EntryOut](**listing(items, page.next_cursor))


@router.get("/{request_id}", summary="一份调阅申请")
def one(who: Reading, request_id: RequestId) -> Listing[EntryOut]:
    """申请、答复和结束。"""
    page = who.program.queries.records_request(who.reader(Purpose.CASEWORK), pseudonym(request_id))
    if not page.items:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[EntryOut](**listing([show_told(entry) for entry in page.items]))


@router.post("/{request_id}/grant", summary="准予调阅")
def grant(
    who: Signed, request: Request, request_id: RequestId, body: GrantIn, key: Key = None
) -> ReceiptOut:
    """由被申请单位按类别准予，到期自动结束。"""
    command = GrantRecords(
        request_id=as_id(request_id),
        child_ref=UUID(pseudonym(body.child_ref)),
        categories=tuple(body.categories),
        until=body.until,
    )
    return carry_out(who, request, command, key)


@router.post("/{request_id}/refuse", summary="不予调阅")
def refuse(
    who: Signed, request: Request, request_id: RequestId, body: RefuseIn, key: Key = None
) -> ReceiptOut:
    """由被申请单位说明理由。"""
    command = RefuseRecords(request_id=as_id(request_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{request_id}/end", summary="结束调阅")
def end(who: Signed, request: Request, request_id: RequestId, key: Key = None) -> ReceiptOut:
    """不再需要时由任一方提前结束。"""
    return carry_out(who, request, EndRecordsAccess(request_id=as_id(request_id)), key)
