"""An organisation's own server: doors that its own view answers are answered here, every other one
by the hub, to which the request is carried with the person's own token.

The doors are the hub's, in the hub's order. One is local only if it stands in :data:`LOCAL`: a door
that somebody adds is carried to the hub until somebody has shown that the view answers it alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub import logs
from hub.api.app import PREFIX, ROUTERS, doors, surround
from hub.api.problems import (
    OUT_OF_SERVICE,
    SOON,
    UNAUTHENTICATED,
    UNAUTHENTICATED_HEADERS,
    Problem,
)
from hub.directory import User
from hub.queries.own import OwnViewQueries
from hub.releases.remote import NotSignedIn, RemoteDirectory

LOCAL = frozenset(
    (
        "/advice",
        "/advice/{advice_id}",
        "/board",
        "/children",
        "/children/follow-up",
        "/children/unassigned",
        "/children/{child_ref}",
        "/children/{child_ref}/timeline",
        "/healthz",
        "/inbox",
        "/overdue",
        "/referrals/sent",
        "/referrals/{referral_id}",
        "/register",
        "/reports",
        "/reports/{report_id}",
        "/visits/due",
        "/visits/{visit_id}",
    )
)
"""Doors (GET) that an organisation's own view answers."""
READY = f"{PREFIX}/readyz"

_LOG = logs.get("hub.api")

_THERE = ("authorization", "content-type", "accept", "idempotency-key")
"""Headers of a request that go to the hub with it."""
_BACK = ("content-type", "content-disposition", "location", "retry-after", "www-authenticate")
"""Headers of the hub's answer that go back."""


class Own(Protocol):
    """As much of a program as the local doors use."""

    @property
    def queries(self) -> OwnViewQueries: ...
    @property
    def directory(self) -> RemoteDirectory: ...
    def holders(self, tokens: list[str]) -> list[User | None]: ...


@dataclass(frozen=True, slots=True)
class ToTheHub:
    """Carries a request to the hub and its answer back."""

    client: httpx.AsyncClient

    async def __call__(self, request: Request) -> Response:
        """The hub's answer; the 503 problem where nobody answers."""
        body = await request.body()
        try:
            answer = await self.client.request(
                request.method,
                request.url.path,
                params=request.url.query.encode(),
                content=body,
                headers=_kept(request.headers, _THERE),
            )
        except httpx.HTTPError:
            return Problem(OUT_OF_SERVICE, headers=SOON).response(request.url.path)
        return Response(answer.content, answer.status_code, _kept(answer.headers, _BACK))


def _kept(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}


class Dispatch:
    """Lets a request to a local door in, and sends every other one to the hub. So is one that asks
    to see what was recorded just now: the hub's view may have it, and this one not yet."""

    def __init__(self, app: ASGIApp, own: Own, hub: ToTheHub) -> None:
        self._app = app
        self._own = own
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if scope["path"] == READY:
            await (await self._ready())(scope, receive, send)
        elif is_local(scope) and "min_position" not in request.query_params:
            await self._app(scope, receive, send)
        else:
            await (await self._hub(request))(scope, receive, send)

    async def _ready(self) -> Response:
        try:
            await to_thread.run_sync(self._own.queries.check)
        except Exception as error:
            # Whatever it is: nothing could be opened now. Its message may carry anything.
            _LOG.error("not_ready", error=type(error).__name__, where=logs.where(error))
            return Problem(OUT_OF_SERVICE, headers=SOON).response()
        return JSONResponse({"status": "ready"})


def is_local(scope: Scope) -> bool:
    """Whether the door that the hub would answer a request by is a local one."""
    if scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
        return False
    within = {**scope, "path": scope["path"].removeprefix(PREFIX), "root_path": ""}
    for router in ROUTERS:
        for route in router.routes:
            if route.matches(within)[0] is Match.FULL:
                return isinstance(route, Route) and route.path in LOCAL
    return False


def create_organisation_app(own: Own, hub: ToTheHub) -> FastAPI:
    """The application of an organisation's own server."""
    app = doors()
    app.state.program = own

    @app.exception_handler(NotSignedIn)
    def _signed_out(request: Request, error: NotSignedIn) -> JSONResponse:
        """The hub knows no such person any more, whatever was known here a moment ago."""
        return Problem(UNAUTHENTICATED, headers=UNAUTHENTICATED_HEADERS).response()

    app.add_middleware(Dispatch, own=own, hub=hub)
    surround(app, lambda tokens: own.holders(list(tokens)), keep_token=True)
    return app
