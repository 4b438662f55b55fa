"""What an open page asks for by itself: to keep what is being written, to stay open, to be told
that something has changed."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from hub.accounts.sessions import Session
from hub.bootstrap import Program
from hub.web.desk import COOKIE, FORM, At, Sent, drafted

router = APIRouter()

LOOK = 3.0
"""Seconds between looks for what has changed."""
LASTS = 300.0
"""Seconds until a browser has to ask anew."""
_LONGEST_FORM = 100
_WORDS = secrets.token_bytes(32)
"""The key of those words, of this process: after a restart a page looks once too often."""


@router.post("/drafts", status_code=204)
def keep_draft(desk: At, sent: Sent) -> Response:
    """Keep what stands in a form."""
    form = sent.get(FORM)
    if form and len(form) <= _LONGEST_FORM:
        texts = {name: values for name, values in drafted(sent.texts).items() if name != "key"}
        desk.program.entrance.drafts.keep(desk.session.user.user, form, texts, desk.now)
    return Response(status_code=204)


@router.post("/awake", status_code=204)
def awake(desk: At) -> Response:
    """Somebody is there: that this came is enough."""
    return Response(status_code=204)


@router.get("/changes")
async def changes(request: Request) -> Response:
    """Server-sent events that say that something has changed in the organisation's view, and
    nothing of what (WHATWG HTML, section 9.2)."""
    program: Program = request.app.state.program
    session: Session = request.state.session
    last = request.headers.get("last-event-id")
    return StreamingResponse(
        _changes(request, program, session, last), media_type="text/event-stream"
    )


async def _changes(
    request: Request, program: Program, session: Session, last: str | None
) -> AsyncIterator[str]:
    token = request.cookies.get(COOKIE, "")
    loop = asyncio.get_running_loop()
    until = loop.time() + LASTS
    seen = last
    yield "retry: 3000\n\n"
    while loop.time() < until and not await request.is_disconnected():
        held = await to_thread.run_sync(_still_there, program, token)
        if held is None:
            return
        newest = await to_thread.run_sync(_newest, program, session)
        if seen is not None and newest != seen:
            yield f"event: changed\nid: {newest}\ndata:\n\n"
        seen = newest
        await asyncio.sleep(LOOK)


def _newest(program: Program, session: Session) -> str:
    """Another word each time that something came in; how much did cannot be read from it."""
    ours = session.user.organisation
    position = program.queries.newest(ours)
    return hmac.new(_WORDS, f"{ours}/{position}".encode(), "sha256").hexdigest()[:16]


def _still_there(program: Program, token: str) -> Session | None:
    found = program.entrance.sessions.of(token, program.clock.now(), used=False)
    return None if found is None or found.locked else found
