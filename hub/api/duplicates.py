"""Doors to files that may be one child's (疑似重复建档): the queue, and what a person decides."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from domain.duplicate import (
    STATE_WORDS,
    ConfirmDuplicate,
    DuplicateState,
    ReopenDuplicate,
    TellApart,
)
from domain.registry import word_for
from hub.answers import Duplicate
from hub.api.auth import Caller, Signed
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, as_id, carry_out
from hub.api.schemas import (
    ConfirmDuplicateIn,
    DuplicateOut,
    Listing,
    ReasonOut,
    ReceiptOut,
    ReopenIn,
    TellApartIn,
)
from hub.keyservice import Purpose

router = APIRouter(prefix="/duplicates", tags=["疑似重复建档"])

PairId = Annotated[str, Path(max_length=100, description="疑似重复编号。")]


def _show(who: Caller, pair: Duplicate) -> DuplicateOut:
    return DuplicateOut(
        id=pair.id,
        state=pair.state,
        state_name=STATE_WORDS[DuplicateState(pair.state)],
        ground=pair.ground,
        ground_name=word_for("duplicate", "ground", pair.ground),
        suspected_at=pair.suspected_at,
        changed_at=pair.changed_at,
        child=show_child(who.program, pair.child),
        other=show_child(who.program, pair.other),
        reasons=[ReasonOut(code=code, text=text) for code, text in pair.reasons],
    )


@router.get("", summary="疑似重复建档")
def duplicates(
    who: Reading,
    open_only: Annotated[bool, Query(description="只列待认定的。")] = True,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> Listing[DuplicateOut]:
    """由负责认定的部门看；写明两份档案哪些相同。其他单位没有可显示的记录。"""
    page = who.program.queries.duplicates(
        who.reader(Purpose.CASEWORK), open_only=open_only, after=decode(cursor), limit=limit
    )
    items = [_show(who, pair) for pair in page.items]
    return Listing[DuplicateOut](**listing(items, page.next_cursor))


def _pair(who: Caller, pair: str) -> tuple[UUID, UUID]:
    """The two children of a pair. Raises the 404 problem for one that is not the caller's."""
    found = who.program.queries.duplicate(who.reader(Purpose.CASEWORK), pseudonym(pair))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return UUID(found.child.child_ref), UUID(found.other.child_ref)


@router.post("/{pair}/different", summary="认定不是同一儿童")
def tell_apart(
    who: Signed, request: Request, pair: PairId, body: TellApartIn, key: Key = None
) -> ReceiptOut:
    """认定后这一对不再提出；可以撤销。"""
    child, other = _pair(who, pair)
    return carry_out(
        who, request, TellApart(child_ref=child, other=other, **body.model_dump()), key
    )


@router.post("/{pair}/same", summary="认定是同一儿童")
def confirm(
    who: Signed, request: Request, pair: PairId, body: ConfirmDuplicateIn, key: Key = None
) -> ReceiptOut:
    """两份档案合并，保留其中一份；各单位能看的内容不因合并而增加；可以撤销，撤销后各自恢复。"""
    child, other = _pair(who, pair)
    command = ConfirmDuplicate(
        child_ref=child,
        other=other,
        survivor=as_id(body.survivor),
        ground=body.ground,
        note=body.note,
    )
    return carry_out(who, request, command, key)


@router.post("/{pair}/reopen", summary="撤销认定")
def reopen(
    who: Signed, request: Request, pair: PairId, body: ReopenIn, key: Key = None
) -> ReceiptOut:
    """撤销后回到待认定。"""
    child, other = _pair(who, pair)
    return carry_out(
        who, request, ReopenDuplicate(child_ref=child, other=other, **body.model_dump()), key
    )
