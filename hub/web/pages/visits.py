"""应走访: whom to visit by when, and that nobody was met."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query
from starlette.responses import RedirectResponse, Response

from domain.calendar import shanghai_date
from hub.answers import Child, VisitDue
from hub.api.paging import decode, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.queries import NOTHING
from hub.web import words
from hub.web.desk import At, Desk, Sent
from hub.web.pages.offline import FORM, may_record, require_recording

router = APIRouter()

Ref = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=400)]
_REASON = "not_met_reason"


@router.get("/visits")
def visits(desk: At, cursor: Cursor = None, all: bool = False) -> Response:
    """Whom to visit today, and who is late; or everybody who is to be visited."""
    desk.caught_up()
    until = None if all else shanghai_date(desk.now)
    page = desk.program.queries.visits_due(desk.reader(), until=until, after=decode(cursor))
    return desk.page(
        "visits.html",
        title="应走访",
        rows=[_row(desk, each) for each in page.items],
        all=all,
        may_record=may_record(desk),
        pin_rounds=desk.program.policies.phone_visits.pin_rounds,
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
    )


@router.get("/visits/{child_ref}/not-met")
def not_met_page(desk: At, child_ref: Ref) -> Response:
    """Why nobody was met, in one tap."""
    child = _child(desk, child_ref)
    kind = desk.program.intake.kind(desk.ours, FORM)
    reasons = next(column.codes for column in kind.columns if column.field == _REASON)
    return desk.page(
        "not_met.html",
        title="未见到人",
        child=child,
        safety=child.safety,
        reasons=[word for _, word in reasons],
        key=str(uuid4()),
    )


@router.post("/visits/{child_ref}/not-met")
def not_met(desk: At, sent: Sent, child_ref: Ref) -> Response:
    """Record the attempt: it was made, and is no visit."""
    child = _child(desk, child_ref)
    values = {
        "visit_id": pseudonym(sent.get("key")),
        "child_ref": child.child_ref,
        "visited_on": shanghai_date(desk.now).isoformat(),
        "form": "入户走访",
        _REASON: sent.get(_REASON),
        "harm_suspected": "否",
    }
    outcome = desk.program.intake.record(desk.who.actor, FORM, values)
    desk.request.app.state.after_write()
    if outcome.answer is None:
        return RedirectResponse(f"/records/village/visit_form?child_ref={child.child_ref}", 303)
    return desk.go("/visits", "recorded", outcome.answer)


def _row(desk: Desk, each: VisitDue) -> dict[str, object]:
    fields = each.child.fields if each.child else {}
    return {
        "ref": each.child_ref,
        "name": str(fields.get("name", "")),
        "address": str(fields.get("address", "")),
        "title": each.title,
        "owner": each.owner_name,
        "due": words.due(each.due_at, desk.now),
        "safety": each.safety,
    }


def _child(desk: Desk, child_ref: str) -> Child:
    require_recording(desk)
    found = desk.program.queries.child_file(desk.reader(), pseudonym(child_ref))
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    return found
