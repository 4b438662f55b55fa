"""Doors to supervisory orders (督办单): proposed, issued, answered in writing, closed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Request

from domain.supervisory_order import CloseOrder, IssueOrder, ReplyToOrder
from hub.api.auth import Signed
from hub.api.children import show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode_position, listing
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import Listing, OrderEntryOut, OrderIn, OrderReplyIn, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/supervisory-orders", tags=["督办"])

OrderId = Annotated[str, Path(max_length=100, description="督办单编号。")]


@router.get("", summary="督办单")
def orders(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[OrderEntryOut]:
    """建议督办的、本单位制发的、发给本单位的，和各次回复，新的在前。"""
    page = who.program.queries.register(
        who.reader(Purpose.CASEWORK),
        stream="supervisory_order",
        everybodys=True,
        before=decode_position(cursor),
        limit=limit,
    )
    items = [
        OrderEntryOut(**show_entry(entry).model_dump(), order_id=entry.stream)
        for entry in page.items
    ]
    return Listing[OrderEntryOut](**listing(items, page.next_cursor))


@router.post("", summary="制发督办单")
def issue(who: Signed, request: Request, body: OrderIn, key: Key = None) -> ReceiptOut:
    """由妇儿工委办或民政局制发，被督办单位须书面回复。不写儿童姓名。"""
    return carry_out(who, request, _order(uuid4(), body), key)


@router.post("/{order_id}/issue", summary="制发建议督办的督办单")
def issue_proposed(
    who: Signed, request: Request, order_id: OrderId, body: OrderIn, key: Key = None
) -> ReceiptOut:
    """逾期逐级提醒后系统建议督办的，由妇儿工委办决定是否制发。"""
    return carry_out(who, request, _order(as_id(order_id), body), key)


@router.post("/{order_id}/reply", summary="回复督办单")
def reply(
    who: Signed, request: Request, order_id: OrderId, body: OrderReplyIn, key: Key = None
) -> ReceiptOut:
    """由被督办单位书面回复；办结前可以再补充。"""
    command = ReplyToOrder(order_id=as_id(order_id), **body.model_dump())
    return carry_out(who, request, command, key)


@router.post("/{order_id}/close", summary="督办办结")
def close(who: Signed, request: Request, order_id: OrderId, key: Key = None) -> ReceiptOut:
    """由制发单位在收到回复后办结；建议督办而不制发的，也由此了结。"""
    return carry_out(who, request, CloseOrder(order_id=as_id(order_id)), key)


def _order(order_id: UUID, body: OrderIn) -> IssueOrder:
    return IssueOrder(
        order_id=order_id,
        addressee=body.addressee,
        demand=body.demand,
        matter_id=None if body.matter_id is None else as_id(body.matter_id),
    )
