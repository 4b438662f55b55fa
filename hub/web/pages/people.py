"""本单位: who works here and signs in, the duty roster (值班表), workers."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from domain.kernel import Refused
from domain.roster import ROSTERED, RosterRefused
from domain.workforce_codes import CHECK_STANDING
from hub.api.problems import problem_of
from hub.directory import POST_WORDS
from hub.queries import NotCleared
from hub.web.desk import At, Desk, Sent

router = APIRouter()

_SHIFT = ("post", "begins", "ends", "user", "deputy")


@router.get("/organisation")
def organisation(desk: At) -> Response:
    """Everything of one's own organisation."""
    return _page(desk)


@router.post("/organisation/roster")
def roster(desk: At, sent: Sent) -> Response:
    """One more shift."""
    row = {name: sent.maybe(name) for name in _SHIFT}
    row["begins"], row["ends"] = _minute(row["begins"]), _minute(row["ends"])
    try:
        desk.program.duty.enter(desk.who.actor, [row])
    except RosterRefused as refused:
        return _page(desk, [str(fault) for fault in refused.faults], sent)
    except Refused as refusal:
        return _page(desk, [str(problem_of(refusal).body["detail"])], sent)
    return desk.go("/organisation?done=recorded")


@router.post("/organisation/number")
def number(desk: At, sent: Sent) -> Response:
    """The duty telephone."""
    try:
        desk.program.duty.state_number(desk.who.actor, sent.get("number"))
    except Refused as refusal:
        return _page(desk, [str(problem_of(refusal).body["detail"])], sent)
    return desk.go("/organisation?done=recorded")


def _minute(text: str | None) -> str | None:
    """As the browser writes it, as the roster reads it."""
    return text.replace("T", " ") if text else None


def _page(desk: Desk, faults: list[str] | None = None, sent: Sent | None = None) -> Response:
    program = desk.program
    people = [user for user in program.directory.users() if user.organisation == desk.ours]
    try:
        staff = [
            (each.organisation_name, str(each.name or ""), each.role, CHECK_STANDING[each.check])
            for each in program.queries.staff(desk.reader()).items
        ]
    except NotCleared:
        staff = []
    return desk.page(
        "organisation.html",
        status=422 if faults else 200,
        title="本单位",
        people=[(u.login, u.unit, POST_WORDS.get(u.post, "")) for u in people],
        roster=program.duty.show(desk.who.actor),
        posts=[word for word in ROSTERED if not word.isascii()],
        staff=staff,
        faults=faults or [],
        typed={name: sent.get(name) for name in (*_SHIFT, "number")} if sent else {},
    )
