"""Doors to procuratorial advice (检察建议). Issuing one is an ordinary record."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from domain.advice import STATE_WORDS, AdviceState, ReplyToAdvice
from hub.answers import Advice
from hub.api.auth import Signed
from hub.api.children import show_entry
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import (
    AdviceOut,
    AdviceReplyIn,
    AdviceWithEntriesOut,
    Listing,
    ReceiptOut,
)
from hub.keyservice import Purpose
from hub.queries import MAX_PAGE

router = APIRouter(prefix="/advice", tags=["检察建议"])

AdviceId = Annotated[str, Path(max_length=100, description="检察建议编号。")]


def _show(advice: Advice) -> AdviceOut:
    shown = AdviceOut.model_validate(advice)
    shown.state_name = STATE_WORDS[AdviceState(advice.state)]
    return shown


@router.get("", summary="检察建议")
def advices(who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE) -> Listing[AdviceOut]:
    """本单位制发的和发给本单位的，先到回复期限的在前。"""
    page = who.program.queries.advices(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    return Listing[AdviceOut](**listing([_show(each) for each in page.items], page.next_cursor))


@router.get("/{advice_id}", summary="一份检察建议")
def advice(who: Reading, advice_id: AdviceId) -> AdviceWithEntriesOut:
    """状态、期限、建议事项和回复。"""
    queries, reader = who.program.queries, who.reader(Purpose.CASEWORK)
    wanted = pseudonym(advice_id)
    found = queries.advice(reader, wanted)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    entries = queries.timeline(reader, wanted, limit=MAX_PAGE).items
    return AdviceWithEntriesOut(
        **_show(found).model_dump(), entries=[show_entry(each) for each in entries]
    )


@router.post("/{advice_id}/reply", summary="回复检察建议")
def reply(
    who: Signed, request: Request, advice_id: AdviceId, body: AdviceReplyIn, key: Key = None
) -> ReceiptOut:
    """由被建议单位书面回复；可以再补充。"""
    command = ReplyToAdvice(advice_id=as_id(advice_id), **body.model_dump())
    return carry_out(who, request, command, key)
