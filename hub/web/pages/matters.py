"""办理事项: the kinds that there are, the list of one kind, the page of one, its steps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from domain.kernel import Refused
from hub.api.problems import NOTHING_TO_SHOW, Problem
from hub.queries import NOTHING
from hub.web.acts import Act, Attempt, NotFilled, attempted, offered
from hub.web.desk import At, Desk, Sent
from hub.web.matters import Matter
from hub.web.matters.all import MATTERS

router = APIRouter()

Name = Annotated[str, Path(max_length=40)]
Id = Annotated[str, Path(max_length=120)]
Cursor = Annotated[str | None, Query(max_length=400)]
_NEW = "new"


@router.get("/matters")
def matters(desk: At) -> Response:
    """What there is to be worked besides referrals."""
    kinds = [each for each in MATTERS.values() if each.seats is None or desk.seat in each.seats]
    return desk.page("matters.html", title="办理事项", kinds=kinds)


@router.get("/matters/{name}")
def listed(desk: At, name: Name, cursor: Cursor = None) -> Response:
    """The list of one kind, and the steps that begin a new one."""
    desk.caught_up()
    return _listed(desk, _kind(name), cursor)


@router.post("/matters/{name}/new/{act_name}")
def begin(desk: At, sent: Sent, name: Name, act_name: Name) -> Response:
    """Begin a new one."""
    kind = _kind(name)
    wanted = next((each for each in kind.starts if each.name == act_name), None)
    if wanted is None:
        raise Problem(NOTHING_TO_SHOW)
    try:
        answer = wanted.take(desk, _NEW, sent)
    except (NotFilled, Refused) as error:
        return _listed(desk, kind, None, attempted(wanted, error, sent))
    return desk.go(f"/matters/{name}", "recorded", answer)


@router.get("/matters/{name}/{of}")
def one(desk: At, name: Name, of: Id) -> Response:
    """One of a kind: what is to be known of it, what was said, what may be done."""
    desk.caught_up()
    return _one(desk, _kind(name), of)


@router.post("/matters/{name}/{of}/{act_name}")
def step(desk: At, sent: Sent, name: Name, of: Id, act_name: Name) -> Response:
    """Take one step."""
    kind = _kind(name)
    found = kind.whole(desk, of)
    acts: list[Act] = list(found.acts) if found else []
    wanted = next((each for each in acts if each.name == act_name), None)
    if found is None or wanted is None:
        raise Problem(NOTHING_TO_SHOW)
    try:
        answer = wanted.take(desk, of, sent)
    except (NotFilled, Refused) as error:
        return _one(desk, kind, of, attempted(wanted, error, sent))
    where = f"/matters/{name}/{of}" if wanted.stays else f"/matters/{name}"
    return desk.go(where, "recorded", answer)


def _kind(name: str) -> Matter:
    if name not in MATTERS:
        raise Problem(NOTHING_TO_SHOW)
    return MATTERS[name]


def _listed(
    desk: Desk, kind: Matter, cursor: str | None, attempt: Attempt | None = None
) -> Response:
    lines, next_cursor = kind.lines(desk, cursor)
    return desk.page(
        "matter_list.html",
        status=attempt.status if attempt else 200,
        title=kind.title,
        kind=kind,
        lines=lines,
        next_cursor=next_cursor,
        nothing=NOTHING,
        offered=offered(
            desk, kind.starts, None, f"/matters/{kind.name}/{_NEW}", attempt, _given(desk, kind)
        ),
    )


def _one(desk: Desk, kind: Matter, of: str, attempt: Attempt | None = None) -> Response:
    found = kind.whole(desk, of)
    if found is None:
        raise Problem(NOTHING_TO_SHOW)
    path = f"/matters/{kind.name}/{of}"
    return desk.page(
        "matter.html",
        status=attempt.status if attempt else 200,
        title=found.title,
        kind=kind,
        whole=found,
        offered=offered(desk, found.acts, found.found, path, attempt),
    )


def _given(desk: Desk, kind: Matter) -> dict[str, list[str]]:
    """What the address says of a new one, which whoever opens it may change."""
    fields = {each.name for act in kind.starts for each in act.fields}
    asked = desk.request.query_params
    return {name: [asked[name][:200]] for name in fields if name in asked}
