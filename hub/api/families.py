"""Doors to children of one family (家庭关联): who they are, and what is stated or decided of it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from domain.family_link import (
    STATE_WORDS,
    ConfirmFamilyLink,
    EndFamilyLink,
    LinkState,
    RejectFamilyLink,
    StateFamilyLink,
)
from domain.registry import word_for
from hub.answers import Relative
from hub.api.auth import Caller, Signed
from hub.api.children import show_child
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, Ref, decode, listing, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.api.referrals import Key, carry_out
from hub.api.schemas import (
    ConfirmFamilyIn,
    EndFamilyIn,
    FamilyCandidateOut,
    FamilyLinkIn,
    Listing,
    ReasonOut,
    ReceiptOut,
    RejectFamilyIn,
    RelativeOut,
)
from hub.keyservice import Purpose

router = APIRouter(tags=["家庭关联"])
_FAMILY = "/children/{child_ref}/family"


def _show(who: Caller, relative: Relative) -> RelativeOut:
    return RelativeOut(
        link=relative.link,
        link_name=word_for("family_link", "link", relative.link),
        state=relative.state,
        state_name=STATE_WORDS[LinkState(relative.state)],
        ground=relative.ground,
        ground_name=word_for("family_link", "ground", relative.ground),
        changed_at=relative.changed_at,
        child=show_child(who.program, relative.child),
        note=_text(relative.note),
        other_note=_text(relative.other_note),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@router.get(_FAMILY, summary="家庭关联")
def family(
    who: Reading,
    child_ref: Ref,
    over: Annotated[bool, Query(description="连已终止的和认定没有关联的也列出。")] = False,
) -> Listing[RelativeOut]:
    """同一家庭的其他儿童。只列出两名儿童都在本单位职责内的；没有列出，不表示没有。"""
    found = who.program.queries.family(
        who.reader(Purpose.CASEWORK), pseudonym(child_ref), over=over
    )
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[RelativeOut](**listing([_show(who, each) for each in found]))


@router.get("/family-candidates", summary="家庭关联线索")
def candidates(
    who: Reading, cursor: Cursor = None, limit: Limit = PAGE_SIZE
) -> Listing[FamilyCandidateOut]:
    """监护人电话或住址相同、还没有人登记或认定的，由负责确认的部门看；其他单位没有可显示的记录。"""
    page = who.program.queries.family_candidates(
        who.reader(Purpose.CASEWORK), after=decode(cursor), limit=limit
    )
    items = [
        FamilyCandidateOut(
            child=show_child(who.program, each.child),
            other=show_child(who.program, each.other),
            reasons=[ReasonOut(code=code, text=text) for code, text in each.reasons],
        )
        for each in page.items
    ]
    return Listing[FamilyCandidateOut](**listing(items, page.next_cursor))


@router.post(_FAMILY, summary="登记家庭关联")
def state(
    who: Signed, request: Request, child_ref: Ref, body: FamilyLinkIn, key: Key = None
) -> ReceiptOut:
    """两名儿童都在本单位职责内的才能登记；由民政局确认，其间照常显示。"""
    return _carry_out(StateFamilyLink, who, request, child_ref, body, key)


@router.post(f"{_FAMILY}/confirm", summary="确认家庭关联")
def confirm(
    who: Signed, request: Request, child_ref: Ref, body: ConfirmFamilyIn, key: Key = None
) -> ReceiptOut:
    """由负责确认的部门办理；没有单位登记的也可以直接确认。"""
    return _carry_out(ConfirmFamilyLink, who, request, child_ref, body, key)


@router.post(f"{_FAMILY}/reject", summary="认定没有家庭关联")
def reject(
    who: Signed, request: Request, child_ref: Ref, body: RejectFamilyIn, key: Key = None
) -> ReceiptOut:
    """认定后系统不再提出；以后情况变化可以重新登记或确认。"""
    return _carry_out(RejectFamilyLink, who, request, child_ref, body, key)


@router.post(f"{_FAMILY}/end", summary="终止家庭关联")
def end(
    who: Signed, request: Request, child_ref: Ref, body: EndFamilyIn, key: Key = None
) -> ReceiptOut:
    """不再同户、监护人已变更，或原认定有误。"""
    return _carry_out(EndFamilyLink, who, request, child_ref, body, key)


_Command = StateFamilyLink | ConfirmFamilyLink | RejectFamilyLink | EndFamilyLink


def _carry_out(
    what: type[_Command],
    who: Caller,
    request: Request,
    child_ref: str,
    body: FamilyLinkIn,
    key: str | None,
) -> ReceiptOut:
    """Raises the 404 problem unless the caller's organisation sees both children's families."""
    one, other = pseudonym(child_ref), pseudonym(body.other)
    if not who.program.queries.both(who.reader(Purpose.CASEWORK), one, other):
        raise Problem(NOTHING_TO_SHOW)
    command = what(child_ref=UUID(one), other=UUID(other), **body.model_dump(exclude={"other"}))
    return carry_out(who, request, command, key)
