"""How the program itself runs: how far each view has come, what could not be read in, whether the
trees still hold. Nothing of any child, and no content."""

from __future__ import annotations

from datetime import datetime
from threading import Lock
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from domain.organisations import SEAT_WORDS
from hub.api.problems import FORBIDDEN, Problem
from hub.audit.checkpoints import open_checkpoint
from hub.audit.tree import Tree
from hub.audit.words import TREES, sentence
from hub.web.desk import At, Desk

router = APIRouter()

_HELD = "held"
_SHOWN = 200
_VERIFIES = Lock()


def _of_oversight(desk: Desk) -> None:
    """Only to those who are told of every unusual look: whatever fails tells when something was
    recorded."""
    if desk.seat.value not in desk.program.policies.unusual_looks.told.oversight:
        raise Problem(FORBIDDEN)


@router.get("/system")
def system(desk: At) -> Response:
    """How far each view has come, which rules are in force."""
    program = desk.program
    position = program.store.position
    views = [
        (SEAT_WORDS[seat], max(0, position - view.position), _behind(desk, view.position))
        for seat, view in program.projector.views.items()
    ]
    reacted = program.reactor.position
    return desk.page(
        "system.html",
        title="系统更新到哪里",
        position=position,
        views=views,
        reactions=(max(0, position - reacted), _behind(desk, reacted)),
        version=program.policies.version,
    )


def _behind(desk: Desk, position: int) -> int:
    """For how many seconds the first event that is not read yet has been waiting."""
    waiting = desk.program.store.feed(position, 1)
    if not waiting:
        return 0
    recorded = datetime.fromisoformat(waiting[0].recorded_at)
    return max(0, int((desk.now - recorded).total_seconds()))


@router.get("/dead-letters")
def dead_letters(desk: At) -> Response:
    """What a view could not read in, and which automatic step was refused: where and since when."""
    _of_oversight(desk)
    program = desk.program
    rows = [
        (f"{SEAT_WORDS[seat]}的视图", letter.position, _why(letter.error))
        for seat, view in program.projector.views.items()
        for letter in view.dead_letters()
    ]
    rows += [
        ("自动转介和期限", each.position, _why(each.code)) for each in program.reactor.refused()
    ]
    return desk.page(
        "dead_letters.html",
        title="没能读入的事件",
        rows=[(who, at, _recorded(desk, at), why) for who, at, why in rows[:_SHOWN]],
        count=len(rows),
    )


def _recorded(desk: Desk, position: int) -> str:
    found = desk.program.store.feed(position - 1, 1)
    return found[0].recorded_at if found else ""


def _why(error: str) -> str:
    return "排在前一件没能读入的事件之后" if error == _HELD else f"出错类别 {error}"


@router.get("/checkpoints")
def checkpoints(desk: At) -> Response:
    """What was signed last of what was looked at and recorded."""
    _of_oversight(desk)
    return _checkpoints(desk)


@router.post("/checkpoints")
def verify(desk: At) -> Response:
    """Compute everything anew from the rows, and say what does not fit."""
    _of_oversight(desk)
    if not _VERIFIES.acquire(blocking=False):
        return _checkpoints(desk, fault="正在核验，请过几分钟再看。")
    try:
        found = desk.program.trail.verify()
    finally:
        _VERIFIES.release()
    desk.request.app.state.verified = (desk.now, found)
    return _checkpoints(desk)


def _checkpoints(desk: Desk, fault: str = "") -> Response:
    at, found = getattr(desk.request.app.state, "verified", (None, None))
    return desk.page(
        "checkpoints.html",
        status=409 if fault else 200,
        title="防改证明",
        trees=[_signed(desk, tree) for tree in Tree],
        at=at,
        found=found,
        findings=[sentence(each) for each in found.findings[:_SHOWN]] if found else [],
        fault=fault,
    )


def _signed(desk: Desk, tree: Tree) -> dict[str, Any]:
    trail = desk.program.trail
    note = trail.latest(tree)
    signed = open_checkpoint(note, trail.public) if note is not None else None
    return {"name": TREES[tree], "size": trail.size(tree), "signed": signed}
