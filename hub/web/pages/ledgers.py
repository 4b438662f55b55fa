"""台账: which there are, and one as a table with what it is asked for above it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.queries import NOTHING
from hub.web.desk import At
from hub.web.ledgers import table, today_of
from hub.web.ledgers.all import LEDGERS, THEMES
from hub.web.masking import beyond

router = APIRouter()

Name = Annotated[str, Path(max_length=40)]
Cursor = Annotated[str | None, Query(max_length=400)]


@router.get("/ledgers")
def ledgers(desk: At) -> Response:
    """The lists of one's seat, by theme."""
    themes = {
        theme: [each for each in of if each.seats is None or desk.seat in each.seats]
        for theme, of in THEMES.items()
    }
    return desk.page(
        "ledgers.html", title="台账", themes={name: of for name, of in themes.items() if of}
    )


@router.get("/ledgers/{name}")
def ledger(desk: At, name: Name, cursor: Cursor = None) -> Response:
    """One list."""
    found = LEDGERS.get(name)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    desk.caught_up()
    typed, today = desk.request.query_params, today_of(desk.now)
    asked: dict[str, Any] = {
        each.name: each.value(typed.get(each.name, ""), today) for each in found.asks
    }
    headings, rows, next_cursor = table(
        found, desk.who, asked, cursor, lambda children: beyond(desk, children)
    )
    return desk.page(
        "ledger.html",
        title=found.title,
        ledger=found,
        headings=headings,
        rows=rows,
        asked=asked,
        next_cursor=next_cursor,
        more={n: "true" if v is True else "" if v is False else str(v) for n, v in asked.items()},
        nothing=NOTHING,
    )
