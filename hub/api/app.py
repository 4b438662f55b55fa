"""The application: routers, what surrounds them, and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.telemetry import TelemetryConfig
from starlette.formparsers import MultiPartParser

from hub.api import (
    advice,
    aid,
    approvals,
    attachments,
    audit,
    away,
    break_glass,
    care_places,
    cases,
    children,
    consents,
    deadlines,
    dropout,
    duplicates,
    families,
    good_cases,
    health,
    indicators,
    intake,
    jobs,
    mentoring,
    offers,
    outside,
    oversight,
    policy,
    problems,
    programmes,
    public_reports,
    records_requests,
    referrals,
    reports,
    returns,
    roster,
    safety,
    silence,
    social,
    staff,
    statutory,
    supervisory_orders,
    verification,
    visits,
)
from hub.api.auth import Authentication
from hub.api.gather import Gathered
from hub.api.limits import (
    ATTACHMENT_BYTES,
    BODY_BYTES,
    PUBLIC_BYTES,
    SHEET_BYTES,
    BodyLimit,
    Envelope,
)
from hub.api.problems import PREFIX as PREFIX
from hub.api.problems import PUBLIC
from hub.api.schemas import ProblemOut, field_names
from hub.bootstrap import Program
from hub.directory import User

_OPEN = frozenset(f"{PREFIX}/{name}" for name in ("healthz", "readyz", "openapi.json"))

ROUTERS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        intake,
        children,
        duplicates,
        families,
        safety,
        attachments,
        consents,
        referrals,
        deadlines,
        dropout,
        programmes,
        indicators,
        returns,
        statutory,
        mentoring,
        outside,
        offers,
        jobs,
        verification,
        aid,
        care_places,
        good_cases,
        cases,
        public_reports,
        reports,
        visits,
        away,
        social,
        staff,
        roster,
        advice,
        approvals,
        supervisory_orders,
        break_glass,
        records_requests,
        oversight,
        silence,
        audit,
        policy,
        health,
    )
)
"""Every door, in the order in which a request is looked for among them."""

_DESCRIPTION = """\
未成年人保护协同平台接口。各单位报送本单位的记录，查看本单位职责内可见的内容；
每次查阅都先记入查阅记录。出错时按 RFC 9457 说明，不重复填写的内容。
没有可显示的记录，不表示孩子安全；有危险请拨打110。示例均为虚构。"""

_PROBLEMS = {
    "401": "没有登录或登录已过期",
    "403": "本单位不能使用此功能",
    "404": "没有可显示的记录",
    "409": "状态已变化，或幂等键已用于另一请求",
    "413": "内容太大",
    "422": "填写有误",
    "429": "查找太频繁",
    "503": "暂时不能使用，稍后再试",
}


NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Spans and metrics would carry addresses and failures' messages to whoever listens."""


def _nothing() -> None:
    """After a write, when nobody waits for it."""


def create_app(
    program: Program,
    *,
    after_write: Callable[[], None] = _nothing,
) -> FastAPI:
    """The API on a wired program.

    ``after_write`` is called after each request that may have recorded something, so that views
    and reactions follow at once.
    """
    app = doors()
    app.state.program = program
    app.state.after_write = after_write
    app.state.records = Gathered(program.intake.several)
    surround(app, lambda tokens: program.directory.holders(tokens, program.clock.now()))
    return app


def doors() -> FastAPI:
    """Every door of the API, with no program behind them yet."""
    # The parser would write larger files to the disk, in clear. The limit on bodies stands
    # before it, so that nothing larger than this ever reaches it.
    MultiPartParser.spool_max_size = max(SHEET_BYTES, ATTACHMENT_BYTES)
    app = FastAPI(
        title="未成年人保护协同平台",
        version="1",
        description=_DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        # Its pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        telemetry=NO_TELEMETRY,
    )
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    problems.install(app, field_names())
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def surround(
    app: FastAPI,
    holders: Callable[[Sequence[str]], list[User | None]],
    *,
    keep_token: bool = False,
) -> None:
    """Put around an application what surrounds every request; the arguments are those of
    :class:`hub.api.auth.Authentication`."""
    # The last added stands outermost: envelope, then authentication, then the size.
    app.add_middleware(BodyLimit, limit=_limit)
    app.add_middleware(
        Authentication,
        holders=holders,
        open_paths=_OPEN,
        public=PUBLIC,
        keep_token=keep_token,
    )
    app.add_middleware(Envelope)


def _limit(path: str) -> int:
    if path.startswith(PUBLIC):
        return PUBLIC_BYTES
    if path.endswith("/attachments"):
        return ATTACHMENT_BYTES
    return SHEET_BYTES if path.endswith("/sheets") else BODY_BYTES


def _document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with our problems in place of its own validation errors."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            responses = operation["responses"]
            if path.startswith(PUBLIC):
                operation["security"] = []
            if path in _OPEN:
                responses.pop("422", None)
                responses["503"] = {"description": _PROBLEMS["503"], "content": content}
                continue
            for status, description in _PROBLEMS.items():
                responses[status] = {"description": description, "content": content}
    app.openapi_schema = document
    return document
