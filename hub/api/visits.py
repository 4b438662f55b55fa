"""Doors to visits: what is owed (应走访), and the visit form that a phone sends when it can."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import JsonValue

from adapters.intake.intake import DIFFERS, UnknownKind
from domain.visit import visit_id as visit_stream
from hub.answers import VisitDue
from hub.api.auth import Caller, Signed
from hub.api.children import show_child, show_entry
from hub.api.intake import receipt_of, refused, show_calls
from hub.api.paging import PAGE_SIZE, Cursor, Limit, Reading, decode, listing, pseudonym, reaches
from hub.api.problems import FORBIDDEN, NOTHING_TO_SHOW, VISIT_DIFFERS, Problem
from hub.api.schemas import (
    EntryOut,
    Listing,
    ReceiptOut,
    VillageCount,
    VisitDueOut,
    VisitsDueListing,
)
from hub.keyservice import Purpose

router = APIRouter(prefix="/visits", tags=["走访"])

_FORM = "village.visit_form"
_EXAMPLE = {
    "child_ref": "c0000000-0000-4000-8000-000000000001",
    "visited_on": "2025-03-12",
    "form": "入户走访",
    "seen": "（示例）儿童本人和祖母",
    "harm_suspected": "否",
}

VisitId = Annotated[str, Path(max_length=100, description="走访编号，由填表的手机生成。")]


def _show(who: Caller, due: VisitDue) -> VisitDueOut:
    shown = VisitDueOut.model_validate(
        {
            **{name: getattr(due, name) for name in VisitDue.__slots__},
            "child": show_child(who.program, due.child) if due.child else None,
        }
    )
    shown.words = f"逾期{due.days_late}天" if due.days_late else "今天逾期" if due.overdue else ""
    return shown


@router.get("/due", summary="应走访")
def due(
    who: Reading,
    village: Annotated[str | None, Query(max_length=12, description="只列一个村居。")] = None,
    until: Annotated[date | None, Query(description="只列到这一天应走访的。")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_SIZE,
) -> VisitsDueListing:
    """联系、入户走访和跟踪回访，先到期的在前，逾期的也在内；小计按村居，逾期多的在前。"""
    reader = who.reader(Purpose.CASEWORK)
    page = who.program.queries.visits_due(
        reader,
        village=village,
        until=until,
        after=decode(cursor),
        limit=limit,
    )
    items = [_show(who, each) for each in page.items]
    by_village = [
        VillageCount(
            village=each,
            village_name=who.program.directory.name(each),
            owed=owed,
            overdue=overdue,
        )
        for each, (owed, overdue) in sorted(
            who.program.queries.visits_by_village(reader).items(),
            key=lambda counted: (-counted[1][1], counted[0]),
        )
    ]
    return VisitsDueListing(**listing(items, page.next_cursor), by_village=by_village)


@router.put(
    "/{visit_id}",
    summary="报送一次走访",
    status_code=201,
    responses={
        200: {"model": ReceiptOut, "description": "此前已收到同一内容"},
        409: {"description": "此编号下已收到内容不同的走访：附已收到的一份，这一份在待更正"},
    },
)
def put(
    who: Signed,
    request: Request,
    response: Response,
    visit_id: VisitId,
    values: Annotated[dict[str, JsonValue], Body(examples=[_EXAMPLE])],
) -> ReceiptOut:
    """可以重复报送：同一内容得到同一回执，不会重复登记。发现疑似侵害的，不论本表是否收下，
    都立即另报强制报告。"""
    try:
        outcome = who.program.intake.record(who.actor, _FORM, {**values, "visit_id": visit_id})
    except UnknownKind:
        raise Problem(FORBIDDEN) from None
    request.app.state.after_write()
    if any(fault.code == DIFFERS for fault in outcome.faults):
        # What is held may have come in a moment ago.
        reaches(who, who.program.store.position)
        held = who.program.queries.stated(who.reader(Purpose.CASEWORK), _stream(who, visit_id))
        raise refused(
            VISIT_DIFFERS,
            outcome,
            recorded=[show_entry(each).model_dump(mode="json") for each in held.items],
        )
    receipt = receipt_of(outcome, response)
    receipt.call = show_calls(who.program.calls.after((outcome,))) or None
    return receipt


@router.get("/{visit_id}", summary="一次走访")
def one(who: Reading, visit_id: VisitId) -> Listing[EntryOut]:
    """本单位登记的一次走访，更正的在前。"""
    found = who.program.queries.stated(who.reader(Purpose.CASEWORK), _stream(who, visit_id))
    if not found.items:
        raise Problem(NOTHING_TO_SHOW)
    return Listing[EntryOut](**listing([show_entry(each) for each in found.items]))


def _stream(who: Caller, given: str) -> str:
    """Where the sender's visit of this identifier stands."""
    return str(visit_stream(who.user.organisation, UUID(pseudonym(given))))
