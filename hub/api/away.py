"""Doors to child directors who are away (离岗): said, ended, listed."""

from __future__ import annotations

from fastapi import APIRouter, Request

from domain.away import DeclareAway, EndAway
from hub.api.auth import Signed
from hub.api.children import show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode_position, listing
from hub.api.referrals import Key, carry_out
from hub.api.schemas import AwayIn, BackIn, EntryOut, Listing, ReceiptOut
from hub.keyservice import Purpose

router = APIRouter(prefix="/away", tags=["走访"])


@router.get("", summary="离岗登记")
def absences(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[EntryOut]:
    """本单位登记的、告知本单位的离岗和返岗，新的在前。"""
    page = who.program.queries.register(
        who.reader(Purpose.CASEWORK),
        stream="away",
        everybodys=True,
        before=decode_position(cursor),
        limit=limit,
    )
    items = [show_entry(entry) for entry in page.items]
    return Listing[EntryOut](**listing(items, page.next_cursor))


@router.post("", summary="登记离岗")
def declare(who: Signed, request: Request, body: AwayIn, key: Key = None) -> ReceiptOut:
    """由村居或其街镇登记；再次登记以后一次为准。街镇代岗的，应走访和新到期的走访都由街镇负责。"""
    return carry_out(who, request, DeclareAway(**body.model_dump()), key)


@router.post("/end", summary="登记返岗")
def end(who: Signed, request: Request, body: BackIn, key: Key = None) -> ReceiptOut:
    """提前返岗时登记；到了登记的最后一天，次日自动返岗。"""
    return carry_out(who, request, EndAway(**body.model_dump()), key)
