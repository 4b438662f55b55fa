"""The key service over HTTP: one door, for organisations' own servers. Its bodies are bytes of
:mod:`hub.releases.wire`; who asks is told by their signatures alone."""

from __future__ import annotations

from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.api.limits import BodyLimit, Envelope
from hub.api.problems import OUT_OF_SERVICE, SOON, Kind, Problem
from hub.directory import DirectoryUnavailable
from hub.queries import UNAVAILABLE
from hub.releases.desk import Desk
from hub.releases.transport import PATH
from hub.releases.wire import MAX_ASKING, AskingRefused

RELEASES = PATH
HEALTH = "/keyservice/v1/healthz"
MEDIA_TYPE = "application/octet-stream"

NOT_ANSWERED = Kind(
    403,
    "ASKING_REFUSED",
    "密钥服务不予答复",
    "Not answered by the key service",
    "本单位的密钥未登记或已停用，或两台机器的时钟相差太大。",
)


def create_keyservice_app(desk: Desk) -> Envelope:
    """The key service's application."""

    async def release(request: Request) -> Response:
        asking = await request.body()
        try:
            # In a thread: it waits for the log and for the disk.
            found = await to_thread.run_sync(desk.answer, asking)
        except AskingRefused as refused:
            return Problem(NOT_ANSWERED, code=refused.code).response()
        except (*UNAVAILABLE, DirectoryUnavailable):
            return Problem(OUT_OF_SERVICE, headers=SOON).response()
        return Response(found, media_type=MEDIA_TYPE)

    async def healthy(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    app = Starlette(
        routes=[
            Route(RELEASES, release, methods=["POST"]),
            Route(HEALTH, healthy, methods=["GET"]),
        ]
    )
    return Envelope(BodyLimit(app, lambda path: MAX_ASKING))
