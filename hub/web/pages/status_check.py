"""案件状态核查: a procurator asks under a document number, and is told the least."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from domain.organisations import Seat
from hub.api.oversight import check_status
from hub.api.problems import INVALID, Problem
from hub.api.schemas import InquiryIn, StatusCheckIn
from hub.queries import NOTHING
from hub.web import words
from hub.web.desk import At, Desk, Sent

router = APIRouter()

_ASKED = ("id_number", "name", "birth_date", "guardian_name")


@router.get("/case-status")
def ask(desk: At) -> Response:
    """The form of a question."""
    desk.who.only(Seat.PROCURATORATE)
    return _page(desk, {})


@router.post("/case-status")
def answer(desk: At, sent: Sent) -> Response:
    """Record the question, then answer it."""
    desk.who.only(Seat.PROCURATORATE)
    typed = {name: sent.get(name) for name in ("document_number", "matter", *_ASKED)}
    if not typed["document_number"]:
        return _page(desk, typed, faults=[("document_number", "请填写文书号。")])
    try:
        asked = StatusCheckIn(
            document_number=typed["document_number"],
            matter=typed["matter"] or None,
            child=InquiryIn(**{name: typed[name] for name in _ASKED if typed[name]}),
        )
        found = check_status(desk.who, asked, desk.request.app.state.after_write)
    except ValidationError:
        return _page(desk, typed, faults=[("id_number", "有一项太长，请核对后重填。")])
    except Problem as problem:
        if problem.kind is not INVALID:
            raise
        faults = [(f["column"], f"{f['rule']}{f['advice']}") for f in problem.body["faults"]]
        return _page(desk, typed, faults=faults)
    cases = [
        {
            "kind": each.kind_name,
            "state": each.state_name,
            "since": each.changed_at,
            "acts": each.acts,
            "due": words.due(each.due_at, desk.now),
        }
        for each in found.cases
    ]
    return _page(desk, typed, cases=cases, receipt=found.receipt)


def _page(
    desk: Desk,
    typed: dict[str, str],
    *,
    faults: list[tuple[str, str]] | None = None,
    cases: list[dict[str, Any]] | None = None,
    receipt: str = "",
) -> Response:
    return desk.page(
        "case_status.html",
        status=422 if faults else 200,
        title="案件状态核查",
        typed=typed,
        faults=faults or [],
        cases=cases,
        receipt=receipt,
        nothing=NOTHING,
    )
