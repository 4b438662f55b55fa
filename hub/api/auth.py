"""Who asks: a bearer token's person, found before a byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel import Actor
from domain.organisations import Seat, seat_of
from domain.purpose import coordinating
from hub.api.gather import Gathered
from hub.api.problems import FORBIDDEN, UNAUTHENTICATED, UNAUTHENTICATED_HEADERS, Problem
from hub.bootstrap import Program
from hub.directory import User
from hub.keyservice import Purpose, Reader

_LONGEST = 512
"""Characters of a token; ours have 43."""


class Authentication:
    """Lets nobody past without a valid token, except to ``open_paths``.

    An absent, unknown and expired token are answered alike.
    """

    def __init__(
        self,
        app: ASGIApp,
        holders: Callable[[Sequence[str]], list[User | None]],
        open_paths: frozenset[str],
        *,
        public: str | None = None,
        keep_token: bool = False,
    ) -> None:
        """``holders`` gives whose tokens these are. What stands under ``public`` asks for none: its
        doors have links of their own. ``keep_token``: the request keeps it, for an
        organisation's own server, which has to show it at the hub."""
        self._app = app
        self._open = open_paths
        self._public = public
        self._keep_token = keep_token
        self._user: Gathered[str, User | None] = Gathered(holders)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        public = self._public is not None and path.startswith(self._public)
        if scope["type"] != "http" or path in self._open or public:
            await self._app(scope, receive, send)
            return
        token = _token(Headers(scope=scope).get("authorization"))
        user = await self._user(token) if token else None
        if user is None:
            problem = Problem(UNAUTHENTICATED, headers=UNAUTHENTICATED_HEADERS)
            await problem.response(path)(scope, receive, send)
            return
        scope["state"] = {**scope.get("state", {}), "user": user}
        if self._keep_token:
            scope["state"]["credential"] = token
        await self._app(scope, receive, send)


def _token(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _LONGEST:
        return None
    return token


class Caller:
    """The person who asks, at the post held now, and the program that answers: on an
    organisation's own server as much of one as its doors use (``hub.api.organisation``)."""

    def __init__(
        self, program: Program, user: User, task: UUID | None = None, credential: str = ""
    ) -> None:
        self.program = program
        self.user = user
        self._credential = credential
        # A task that is none of this organisation's open ones is no task: nothing is refused for
        # it, which would tell that it exists, and nothing is logged under it.
        self._task = program.queries.task_of(user.organisation, str(task)) if task else ""

    @property
    def seat(self) -> Seat:
        """The seat of the person's organisation."""
        return seat_of(self.user.organisation)

    @property
    def actor(self) -> Actor:
        """The person as events name them."""
        return Actor(self.user.organisation, self.user.post.value, self.user.user)

    def reader(self, purpose: Purpose, task: str = "") -> Reader:
        """The person as access entries name them. The purpose is the endpoint's own; within a
        task it is the task's."""
        task = task or self._task
        if self._task and purpose is Purpose.CASEWORK:
            purpose = Purpose.TASK
        return Reader(
            self.user.organisation,
            self.user.post.value,
            self.user.user,
            purpose,
            task=task,
            credential=self._credential,
        )

    def coordinator(self) -> Reader:
        """The person at a list that is civil affairs' to coordinate by."""
        return self.reader(coordinating(self.seat))

    def only(self, *seats: Seat) -> None:
        """Raise the one 403 problem for every other seat."""
        if self.seat not in seats:
            raise Problem(FORBIDDEN)


# The scheme is declared for the OpenAPI document; the middleware has judged the token already.
_BEARER = HTTPBearer(
    auto_error=False, description="本人的登录令牌（hub users token 发放，到期失效）。"
)
Task = Annotated[
    UUID | None,
    Query(description="在办转介单的编号：填写后，查阅记录注明为办理该转介而查阅。"),
]


async def caller(request: Request, _bearer: Annotated[object, Depends(_BEARER)]) -> Caller:
    """The dependency of every door that writes or that needs no task; it waits for nothing."""
    return Caller(request.app.state.program, request.state.user)


def caller_in_task(
    request: Request, _bearer: Annotated[object, Depends(_BEARER)], task: Task = None
) -> Caller:
    """The dependency of doors that read, perhaps in the course of a task."""
    state = request.state
    credential = getattr(state, "credential", "")
    return Caller(request.app.state.program, state.user, task, credential)


Signed = Annotated[Caller, Depends(caller)]
"""A signed-in person."""
