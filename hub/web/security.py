"""What surrounds every page: headers, where a form may come from, the last net.

Pages run no script but the workspace's own files, and nothing of them leaves the machine (CSP 3).
A form is taken only from a page of the same origin: by the browser's own word (Fetch Metadata,
``Sec-Fetch-Site``), else by ``Origin`` (RFC 6454); a request that says neither is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import logs

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOG = logs.get("hub.web")

Refusal = Callable[[], Response]


class PageEnvelope:
    """Headers and a request id on every answer; a line of log; an unknown failure becomes a page
    that says nothing about it."""

    def __init__(self, app: ASGIApp, failed: Callable[[Exception], Response]) -> None:
        self._app = app
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = str(uuid4()), time.monotonic(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                headers.update(SECURITY_HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            _LOG.error(
                "page failed",
                request_id=request_id,
                error=type(error).__name__,
                where=logs.where(error),
            )
            if not status:
                await self._failed(error)(scope, receive, send_with_headers)
        finally:
            session = scope.get("state", {}).get("session")
            _LOG.info(
                "page",
                request_id=request_id,
                method=scope["method"],
                # The template: a path may hold whatever was typed.
                route=getattr(scope.get("route"), "path", ""),
                status=status,
                milliseconds=round((time.monotonic() - started) * 1000),
                user=session.user.user if session is not None else "",
            )


class SameOrigin:
    """Refuses a form that no page of ours sent."""

    def __init__(self, app: ASGIApp, refused: Refusal) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE and not _ours(scope):
            await self._refused()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _ours(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host", "")
