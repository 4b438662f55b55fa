"""孩子有危险: call 110 first, then say what is known. Nothing stands before either."""

from __future__ import annotations

from calendar import Calendar
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.intake.intake import REPORT
from domain.calendar import shanghai_date
from hub.accounts.sessions import Session
from hub.bootstrap import Program
from hub.web.desk import At, Desk, Sent
from hub.web.rendering import page

router = APIRouter()

HOME = ("否", "不清楚", "可以")
"""Whether the child can go home: what is not said is not known."""
_AT_HOME = "能否安全回家"
"""A name that no sheet has: a report takes any, and keeps it as it was written."""
_TAKEN = ("seen", "place", "call_back", "child", "immediate_danger", "hurt", "reporter_name")


@router.get("/danger")
def danger(request: Request) -> Response:
    """The card with the number; below it the form, for whoever is signed in."""
    program: Program = request.app.state.program
    session: Session | None = request.state.session
    calls = program.calls.at_filing()
    if session is None or session.locked:
        return page("danger_outside.html", {"calls": calls})
    desk = Desk(program, session, request)
    return _form(desk, {})


@router.get("/calendar")
def calendar(request: Request) -> Response:
    """Where somebody goes who leaves a page that nobody is to see them read (离开此页): the days of
    this month, and nothing of what this is."""
    program: Program = request.app.state.program
    today = shanghai_date(program.clock.now())
    weeks = Calendar().monthdayscalendar(today.year, today.month)
    return page("calendar.html", {"today": today, "weeks": weeks})


@router.post("/danger")
def report(desk: At, sent: Sent) -> Response:
    """Take a mandatory report, whatever is filled in; one with nothing in it says nothing."""
    values: dict[str, str] = {name: sent.get(name) for name in _TAKEN if sent.get(name)}
    if sent.get("home") in HOME:
        values[_AT_HOME] = sent.get("home")
    if not values:
        return _form(desk, sent.texts, "还没有填写任何内容。知道多少写多少；拨打110不用等填完。")
    values["reference"] = f"网页-{sent.get('key')[:40] or uuid4()}"
    outcome = desk.program.intake.record(desk.who.actor, REPORT, values)
    desk.request.app.state.after_write()
    desk.program.entrance.drafts.drop(desk.session.user.user, "danger")
    receipt = outcome.answer.number if outcome.answer else ""
    return desk.page(
        "danger_done.html",
        title="已报告",
        receipt=receipt,
        calls=desk.program.calls.at_filing(),
    )


def _form(desk: Desk, typed: dict[str, list[str]], fault: str = "") -> Response:
    kept = typed or desk.program.entrance.drafts.kept(desk.session.user.user, "danger", desk.now)
    return desk.page(
        "danger.html",
        status=422 if fault else 200,
        title="孩子有危险",
        calls=desk.program.calls.at_filing(),
        home=HOME,
        typed={name: values[0] for name, values in kept.items() if values},
        fault=fault,
        key=str(uuid4()),
    )
