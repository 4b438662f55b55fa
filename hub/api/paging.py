"""Reading one's own writes, and cursors."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query

from domain.faults import Fault
from hub.api.auth import Caller, caller_in_task
from hub.api.problems import BEHIND, INVALID, SOON, Problem, faulty
from hub.queries import MAX_PAGE, NOTHING, PAGE

PATIENCE = 2.0
"""Seconds that a read waits for its view."""
_STEP = 0.02

MinPosition = Annotated[
    int | None,
    Query(
        ge=0,
        description="至少更新到此登记位置后再回答（最多等2秒），用于读到自己刚登记的内容。",
    ),
]
Cursor = Annotated[str | None, Query(max_length=400, description="上一页给出的 next_cursor。")]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="每页项数。")]
PAGE_SIZE = PAGE
Ref = Annotated[str, Path(max_length=100, description="一人一档编号。")]


def reading(
    who: Annotated[Caller, Depends(caller_in_task)], min_position: MinPosition = None
) -> Caller:
    """The dependency of every door that reads: waits for ``min_position``, else 503."""
    if min_position is not None and not reaches(who, min_position):
        raise Problem(BEHIND, headers=SOON)
    return who


def reaches(who: Caller, position: int) -> bool:
    """Whether the caller's view reaches a position of the log, within :data:`PATIENCE`."""
    view = who.program.projector.view(who.seat)
    until = time.monotonic() + PATIENCE
    while view.position < position:
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP)
    return True


Reading = Annotated[Caller, Depends(reading)]
"""A signed-in person whose view has reached what they ask to see."""

NOBODY = str(UUID(int=0))


def pseudonym(text: str) -> str:
    """A pseudonym as sent; one that is none becomes a child that nobody is, so that it is
    looked for, logged and answered like any other that is not there. What was typed goes no
    further: people paste ID numbers into addresses."""
    try:
        return str(UUID(text))
    except ValueError:
        return NOBODY


def encode(cursor: str | None) -> str | None:
    """A cursor as clients see it: opaque."""
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=") if cursor else None


def decode(cursor: str | None) -> str | None:
    """The reverse. Raises the 422 problem for what is no cursor of ours."""
    if cursor is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return raw.decode()
    except (binascii.Error, ValueError):
        raise _no_cursor() from None


def decode_position(cursor: str | None) -> int | None:
    """A cursor that is a position in the log."""
    text = decode(cursor)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise _no_cursor()
    return int(text)


def _no_cursor() -> Problem:
    return faulty(
        INVALID, [Fault("cursor", "CURSOR", "游标不正确。", "请使用上一页给出的 next_cursor。")]
    )


def listing(items: Sequence[Any], next_cursor: str | None = None) -> dict[str, Any]:
    """The body of a list. An empty one says what its emptiness does not mean."""
    return {
        "items": items,
        "next_cursor": encode(next_cursor),
        "message": None if items else NOTHING,
    }
