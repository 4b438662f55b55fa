"""An HTTP client of an application in this process.

starlette's own runs the application in a thread of its own, to which every request goes over and
back some seven times: that took three quarters of the time of a request. Here the asking thread
itself runs the application until it has answered, so one client may be used by one thread at a
time only.
"""

from __future__ import annotations

import asyncio

import httpx
from starlette.types import ASGIApp


class Client(httpx.Client):
    """Asks an application, whose own failures are raised; it is closed with its block."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            transport=_Application(app), base_url="http://testserver", follow_redirects=True
        )
        self.app = app


class _Application(httpx.BaseTransport):
    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer = await self._transport.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
