"""沉默清单 and 逾期: what nobody was heard of in time, and whose it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from domain.kernel import CATEGORY_WORDS
from domain.silence import SILENCE_WORDS, SilenceKind
from hub.api.paging import decode, encode
from hub.api.silence import show_silence
from hub.queries import NOTHING
from hub.web.desk import At
from hub.web.matters.steering import ORDERS

router = APIRouter()

Cursor = Annotated[str | None, Query(max_length=400)]
_PAGE = 50


@router.get("/silence")
def silence(desk: At, kind: str = "", own: bool = False, cursor: Cursor = None) -> Response:
    """What is silent in one's own view, the oldest first; of one kind, or one's own alone."""
    wanted = SilenceKind(kind) if kind in set(SilenceKind) else None
    queries, reader = desk.program.queries, desk.who.coordinator()
    page = queries.silence(reader, kind=wanted, mine=own, after=decode(cursor), limit=_PAGE)
    counts = queries.silence_counts(reader)
    return desk.page(
        "silence.html",
        title="沉默清单",
        items=[show_silence(desk.program, each) for each in page.items],
        kinds=[(each.value, SILENCE_WORDS[each], *counts[each]) for each in counts],
        kind=wanted.value if wanted else "",
        own=own,
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
    )


@router.get("/overdue")
def overdue(desk: At, town: str = "", cursor: Cursor = None) -> Response:
    """What is overdue in one's own view, the oldest first; of one town where that is asked."""
    program, reader = desk.program, desk.who.coordinator()
    page = program.queries.overdue(
        reader, town=town[:12] or None, after=decode(cursor), limit=_PAGE
    )
    towns = program.policies.towns
    probes = [each.probe(desk, None) for each in ORDERS.starts]
    orders = any(program.hub.possible(probes, desk.who.actor))
    return desk.page(
        "overdue.html",
        title="逾期",
        items=[
            {
                "id": each.subject_id,
                "what": program.policies.rules.clock_title(each.kind),
                "matter": CATEGORY_WORDS.get(each.matter, each.matter),
                "owner": each.owner_name,
                "order": f"/matters/orders?matter_id={each.subject_id}&addressee={each.owner}",
                "town": towns.get(each.town or "", ""),
                "due_at": each.due_at,
                "late": f"逾期{each.days}天" if each.days else "今天逾期",
            }
            for each in page.items
        ],
        town=towns.get(town, ""),
        asked=town[:12],
        orders=orders,
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
    )
