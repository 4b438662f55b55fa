"""监督: unusual looks, and emergency accesses to review."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from domain.break_glass import ReviewBreakGlass
from domain.kernel import Refused
from domain.purpose import Purpose
from hub.api.paging import decode_position, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.api.words import UNUSUAL
from hub.directory import POST_WORDS
from hub.paper.child_file import told_of
from hub.printing import paper_of
from hub.queries import NOTHING
from hub.web.acts import as_id
from hub.web.desk import At, Sent

router = APIRouter()

Cursor = Annotated[str | None, Query(max_length=400)]
AccessId = Annotated[str, Path(max_length=100)]


@router.get("/looks")
def looks(desk: At, cursor: Cursor = None) -> Response:
    """Unusual looks at children of one's own duty, the newest first."""
    program = desk.program
    oversees = desk.seat.value in program.policies.unusual_looks.told.oversight
    reader = desk.reader(Purpose.COORDINATION if oversees else Purpose.CASEWORK)
    page = program.queries.unusual_looks(reader, before=decode_position(cursor), limit=50)
    return desk.page(
        "looks.html",
        title="异常查阅提醒",
        rows=[
            {
                "at": each.at,
                "who": f"{program.directory.name(each.organisation)} "
                f"{POST_WORDS.get(each.post, each.post)}",
                "kinds": "、".join(UNUSUAL.get(kind, kind) for kind in each.kinds.split(",")),
                "child_ref": each.child_ref,
            }
            for each in page.items
        ],
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
    )


@router.get("/emergencies")
def emergencies(desk: At, cursor: Cursor = None) -> Response:
    """紧急调阅: one's own, those that one was told of, those to review."""
    desk.caught_up()
    program, reader = desk.program, desk.reader()
    page = program.queries.break_glass(reader, before=decode_position(cursor), limit=50)
    paper = paper_of(program, reader)
    return desk.page(
        "emergencies.html",
        title="紧急调阅",
        rows=[
            {
                "id": each.stream,
                "title": each.title,
                "by": each.producer_name,
                "at": each.occurred_at,
                "told": list(told_of(each, paper)),
                "reviews": desk.program.hub.possible(
                    [ReviewBreakGlass(access_id=as_id(each.stream), justified=True, note=None)],
                    desk.who.actor,
                )[0],
            }
            for each in page.items
        ],
        next_cursor=encode(page.next_cursor),
        nothing=NOTHING,
        key=str(uuid4()),
        fault="",
    )


@router.post("/emergencies/{access_id}/review")
def review(desk: At, sent: Sent, access_id: AccessId) -> Response:
    """Whether an access was justified (事后核查)."""
    if sent.get("justified") not in ("是", "否"):
        raise Problem(NOTHING_TO_SHOW, detail="请选择是否正当后再提交。")
    command = ReviewBreakGlass(
        access_id=as_id(pseudonym(access_id)),
        justified=sent.get("justified") == "是",
        note=sent.maybe("note"),
    )
    try:
        answer = desk.carry_out(command, sent.maybe("key"))
    except Refused as refusal:
        raise problem_of(refusal) from None
    return desk.go("/emergencies", "recorded", answer)
