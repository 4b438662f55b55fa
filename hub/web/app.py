"""The workspace as an application: pages, what surrounds them, and the API beside them."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.api.app import NO_TELEMETRY, create_app
from hub.api.limits import ATTACHMENT_BYTES, BODY_BYTES, SHEET_BYTES, BodyLimit
from hub.api.problems import ANSWERED, TOO_LARGE, Kind, Problem, problem_of
from hub.api.problems import PREFIX as API
from hub.bootstrap import Program
from hub.failures import Cause, foreseen
from hub.web.desk import Desk, Sitting
from hub.web.pages import (
    attachments,
    boards,
    child_steps,
    children,
    danger,
    documents,
    figures,
    handing_over,
    home,
    interfaces,
    ledgers,
    matters,
    my_sign_ins,
    offline,
    oversight,
    people,
    phone_sign_in,
    provider_sign_in,
    records,
    referrals,
    returns,
    rules,
    sheets,
    signing_in,
    status_check,
    staying,
    upkeep,
    visits,
)
from hub.web.rendering import STATIC, asset, page
from hub.web.security import PageEnvelope, SameOrigin

_MODULES = (
    signing_in,
    phone_sign_in,
    provider_sign_in,
    my_sign_ins,
    staying,
    danger,
    home,
    referrals,
    matters,
    ledgers,
    children,
    child_steps,
    attachments,
    documents,
    records,
    sheets,
    visits,
    offline,
    status_check,
    boards,
    figures,
    returns,
    oversight,
    rules,
    upkeep,
    people,
    handing_over,
    interfaces,
)
ROUTERS = tuple(module.router for module in _MODULES)
"""Every page."""

_FOR_EVER = "public, max-age=31536000, immutable"

NOT_OURS = Kind(
    403,
    "NOT_FROM_OUR_PAGE",
    "请在本平台的页面上填写",
    "Not from a page of ours",
    "这次提交不是从本平台的页面发出的，没有登记任何内容。请回到页面重新提交。",
)
NO_PAGE = Kind(404, "NO_SUCH_PAGE", "没有这个页面", "No such page", "请从左侧菜单进入。")
FAILED = Kind(
    500,
    "INTERNAL",
    "系统出错",
    "Internal error",
    "没有登记任何内容，请稍后再试；仍然出错的，请联系管理员。",
)


def create_workspace(program: Program, *, after_write: Callable[[], None]) -> FastAPI:
    """The pages on a wired program; ``after_write`` as of :func:`hub.api.app.create_app`."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=NO_TELEMETRY,
    )
    app.state.program = program
    app.state.after_write = after_write
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.add_api_route("/static/{digest}/{name:path}", static, include_in_schema=False)
    for each in ANSWERED:
        app.add_exception_handler(each, _refused)
    # The last added stands outermost.
    app.add_middleware(Sitting, program=program)
    app.add_middleware(BodyLimit, limit=_limit, refused=lambda path: _problem_page(TOO_LARGE))
    app.add_middleware(SameOrigin, refused=lambda: _problem_page(NOT_OURS))
    app.add_middleware(PageEnvelope, failed=_failed)
    return app


def static(digest: str, name: str) -> Response:
    """A file of the workspace, under the address that its content gives it."""
    try:
        found = (STATIC / name).resolve()
        wanted = found.is_relative_to(STATIC) and found.is_file() and asset(name)
    except (OSError, ValueError):
        wanted = ""
    if wanted != f"/static/{digest}/{name}":
        return _problem_page(NO_PAGE)
    return FileResponse(found, headers={"Cache-Control": _FOR_EVER})


def _limit(path: str) -> int:
    if path == "/sheets":
        return SHEET_BYTES
    return ATTACHMENT_BYTES if path.endswith("/attachments") else BODY_BYTES


def _refused(request: Request, error: Exception) -> Response:
    """A page that says what cannot be, in the frame where somebody is signed in."""
    if isinstance(error, HTTPException) and error.status_code == 404:
        problem = Problem(NO_PAGE)
    else:
        problem = problem_of(error)
    session = getattr(request.state, "session", None)
    if session is None or session.locked:
        return _problem_page(problem.kind, str(problem.body["detail"]))
    desk = Desk(request.app.state.program, session, request)
    answer = desk.page(
        "problem.html",
        status=problem.kind.status,
        title=problem.kind.title,
        detail=problem.body["detail"],
        faults=problem.body.get("faults", []),
    )
    answer.headers.update(problem.headers)
    return answer


def _problem_page(kind: Kind, detail: str = "") -> Response:
    context = {"title": kind.title, "detail": detail or kind.detail}
    return page("problem_outside.html", context, status=kind.status)


def _failed(error: Exception) -> Response:
    failure = foreseen(error)
    if failure is not None and failure.cause is Cause.BUSY:
        return _problem_page(Kind(503, "BUSY", "系统繁忙", "Busy", "请稍后再试。"))
    return _problem_page(FAILED)


class Served:
    """The API under its prefix, the workspace everywhere else."""

    def __init__(self, api: ASGIApp, workspace: ASGIApp) -> None:
        self._api = api
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        pages = scope["type"] == "http" and path != API and not path.startswith(f"{API}/")
        await (self._workspace if pages else self._api)(scope, receive, send)


def create_served(program: Program, *, after_write: Callable[[], None]) -> Served:
    """What ``hub serve`` serves."""
    api = create_app(program, after_write=after_write)
    workspace = create_workspace(program, after_write=after_write)
    workspace.state.document = api.openapi
    return Served(api, workspace)
