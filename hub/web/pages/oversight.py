"""监督: unusual looks, emergency accesses to review, why somebody may or may not see something, how
far the hub has come, and whether the trees still hold."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from domain.break_glass import ReviewBreakGlass
from domain.kernel import CATEGORY_WORDS, Category, Refused
from domain.organisations import SEAT_WORDS, Post
from domain.purpose import Purpose
from hub.api.paging import decode_position, encode, pseudonym
from hub.api.problems import NOTHING_TO_SHOW, Problem, problem_of
from hub.api.words import PURPOSES, UNUSUAL
from hub.directory import POST_WORDS
from hub.hindsight import BY_WORDS, NoSeat, Question, explained
from hub.paper.child_file import told_of
from hub.printing import paper_of
from hub.queries import NOTHING
from hub.web.acts import as_id
from hub.web.desk import At, Desk, Sent

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


@router.get("/rules")
def rules(
    desk: At,
    category: str = "",
    organisation: str = "",
    post: str = Post.HANDLER.value,
    purpose: str = Purpose.CASEWORK.value,
    responsible: bool = False,
    task: bool = False,
) -> Response:
    """Why an organisation may or may not see a kind of content, step by step; of no child."""
    program = desk.program
    found, fault = None, ""
    if category in set(Category):
        asked = Question(
            organisation=organisation[:100] or desk.ours,
            post=post if post in POST_WORDS else Post.HANDLER.value,
            purpose=purpose if purpose in set(Purpose) else Purpose.CASEWORK.value,
            basis="STATUTORY_DUTY",
            category=Category(category),
            producer="",
            wrote=False,
            flag=False,
            responsible=responsible,
            tasks=frozenset({Category(category)} if task else ()),
            recorded=frozenset(),
            emergencies=frozenset(),
            conflicted=False,
            guardian_suspect=False,
        )
        try:
            found = explained(program.store, program.policies.access, asked, program.clock.now())
        except NoSeat:
            fault = "机构代码的类别不认识，例如 school:3101170001；不填则为本单位。"
    return desk.page(
        "rules.html",
        status=422 if fault else 200,
        title="规则说明",
        categories=[(each.value, CATEGORY_WORDS.get(each, each.value)) for each in Category],
        posts=list(POST_WORDS.items()),
        purposes=[(each.value, PURPOSES.get(each.value, each.value)) for each in Purpose],
        asked={
            "category": category,
            "organisation": organisation[:100],
            "post": post,
            "purpose": purpose,
            "responsible": responsible,
            "task": task,
        },
        found=found,
        shown="" if found is None or found.by is None else BY_WORDS[found.by],
        fault=fault,
    )


@router.get("/system")
def system(desk: At) -> Response:
    """How far each view has come, which rules are in force; nothing of any child."""
    program = desk.program
    position = program.store.position
    return desk.page(
        "system.html",
        title="系统更新到哪里",
        position=position,
        views=_lags(desk, position),
        reactions=max(0, position - program.reactor.position),
        version=program.policies.version,
    )


def _lags(desk: Desk, position: int) -> list[tuple[str, int]]:
    views = desk.program.projector.views
    return [(SEAT_WORDS[seat], max(0, position - view.position)) for seat, view in views.items()]
