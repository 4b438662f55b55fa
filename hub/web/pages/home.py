"""The first page: what needs somebody here now, and what nobody was heard of."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from domain.mandatory_report import PoliceDecision
from domain.organisations import Seat
from domain.silence import SILENCE_WORDS
from hub.queries import MAX_PAGE
from hub.web.desk import At, Desk
from hub.web.menu import shortcuts_of
from hub.web.pages.referrals import lines_of

router = APIRouter()

_FIRST = 10
"""Lines of the task list that stand on the first page."""


@router.get("/")
def home(desk: At) -> Response:
    """待办 by due date, counts that lead to the lists behind them."""
    desk.caught_up()
    queries = desk.program.queries
    reader = desk.who.coordinator()
    counts = queries.inbox_counts(desk.reader())
    silent = queries.silence_counts(reader)
    tasks = lines_of(desk, queries.inbox(desk.reader(), limit=_FIRST))
    return desk.page(
        "home.html",
        title="首页",
        counts=counts,
        tasks=tasks,
        silence=[
            (kind.value, SILENCE_WORDS[kind], count, own) for kind, (count, own) in silent.items()
        ],
        towns=_towns(desk),
        not_filed=_not_filed(desk),
        shortcuts=shortcuts_of(desk.seat),
    )


def _towns(desk: Desk) -> list[tuple[str, str, int]]:
    """What is overdue by town, the most first: for whoever coordinates across towns."""
    if desk.seat is not Seat.CIVIL_AFFAIRS:
        return []
    found = desk.program.queries.overdue_by_town(desk.who.coordinator())
    towns = desk.program.policies.towns
    named = [(code, towns.get(code, "街镇未定"), count) for code, count in found.items()]
    return sorted(named, key=lambda each: (-each[2], each[0]))


def _not_filed(desk: Desk) -> str | None:
    """How many reports were decided not to be filed: for whoever supervises that."""
    if desk.seat is not Seat.PROCURATORATE:
        return None
    page = desk.program.queries.reports(
        desk.reader(), decision=PoliceDecision.NOT_FILED.value, limit=MAX_PAGE
    )
    return f"{len(page.items)}+" if page.next_cursor else str(len(page.items))
