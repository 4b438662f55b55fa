"""What surrounds every request: sizes, rates, headers, one line of log, the last net."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.intake.sheets import MAX_BYTES
from hub import logs
from hub.api.problems import INTERNAL, OUT_OF_SERVICE, SOON, TOO_LARGE, Problem
from hub.attachments.limits import LARGEST
from hub.failures import Cause, foreseen

FORM_BYTES = 64 * 1024
"""The form around a file."""
ATTACHMENT_BYTES = LARGEST + FORM_BYTES
"""An attachment of the largest size and the form around it."""
SHEET_BYTES = MAX_BYTES + FORM_BYTES
"""A sheet of the largest size and the form around it."""
PUBLIC_BYTES = 16 * 1024
"""What comes without an account."""
BODY_BYTES = 256 * 1024
"""Every other body."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

_REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A client's own request id is taken over only as a UUID: it is logged, and free text there
could be anything."""

_LOG = logs.get("hub.api")


class Envelope:
    """Request id and security headers on every answer; an unknown failure becomes a problem
    that says nothing about it, and is logged by its class and place alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "").lower()
        request_id = given if _REQUEST_ID.fullmatch(given) else str(uuid4())
        started = time.monotonic()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers.update(SECURITY_HEADERS)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            _LOG.error(
                "request failed",
                request_id=request_id,
                error=type(error).__name__,
                where=logs.where(error),
            )
            if not status:
                problem = _problem_of(error)
                await problem.response(scope["path"])(scope, receive, send_with_headers)
        finally:
            user = scope.get("state", {}).get("user")
            _LOG.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                # The template: a path may hold whatever a client typed.
                route=getattr(scope.get("route"), "path", ""),
                status=status,
                milliseconds=round((time.monotonic() - started) * 1000),
                user=user.user if user is not None else "",
            )


def _problem_of(error: Exception) -> Problem:
    """A database that is locked or being restarted passes; anything else is a defect."""
    failure = foreseen(error)
    if failure is not None and failure.cause is Cause.BUSY:
        return Problem(OUT_OF_SERVICE, headers=SOON)
    return Problem(INTERNAL)


class BodyLimit:
    """Refuses bodies above the limit of their door, counted as they arrive: a length that the
    client states may be absent or wrong."""

    def __init__(
        self,
        app: ASGIApp,
        limit: Callable[[str], int],
        refused: Callable[[str], Response] = lambda path: Problem(TOO_LARGE).response(path),
    ) -> None:
        """``limit`` says how many bytes a path takes, ``refused`` what is answered above that."""
        self._app = app
        self._limit = limit
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope["path"])
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdigit() and (len(stated) > 12 or int(stated) > limit):
            await self._refused(scope["path"])(scope, receive, send)
            return
        taken = 0
        exceeded = replaced = False

        async def receive_counting() -> Message:
            nonlocal taken, exceeded
            if exceeded:
                raise _Exceeded
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    exceeded = True
                    raise _Exceeded
            return message

        async def send_unless_exceeded(message: Message) -> None:
            nonlocal replaced
            if not exceeded:
                await send(message)
            elif not replaced:
                # Whatever the parser made of the cut-off body, this is the reason.
                replaced = True
                await self._refused(scope["path"])(scope, receive, send)

        try:
            await self._app(scope, receive_counting, send_unless_exceeded)
        except _Exceeded:
            if not replaced:
                await self._refused(scope["path"])(scope, receive, send)


class _Exceeded(Exception):
    """The body went over its limit."""
