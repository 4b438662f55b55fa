"""One process that serves: HTTP, and beside it the threads that settle views, reactions and due
deadlines and go on with erasures and sealings, unless workers of their own do that."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol

import uvicorn
from starlette.types import ASGIApp

from hub import logs
from hub.api.app import create_app
from hub.bootstrap import Program
from hub.supervision import Supervised, stopped_by_signals

_GRACE = 10
"""Seconds that running requests get when the process is asked to stop."""

NOTICES = 1.0
"""Seconds between looks for what somebody is to be told."""

NOTICES_AGAIN = 60.0
"""Seconds until notices begin anew after a failure that nobody foresaw."""

AUDIT = 30.0
"""Seconds between looks for what has to be proved and what was unusual."""

UPKEEP = 300.0
"""Seconds between looks for erasures, sealings and openings to go on with."""

_LOG = logs.get("hub.serve")


class Application(Protocol):
    """Makes what is served, of a program; ``after_write`` as of :func:`hub.api.app.create_app`."""

    def __call__(self, program: Program, *, after_write: Callable[[], None]) -> ASGIApp: ...


class ServeRefused(Exception):
    """The address cannot be served like this; the text (Chinese) says what to do."""


class BackgroundFailed(Exception):
    """The settling thread failed and took the process with it; the text (Chinese) is ours."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``. A name other than localhost: no."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(
    program: Program,
    host: str = "127.0.0.1",
    port: int = 8310,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    *,
    settle: bool = True,
    application: Application = create_app,
    started: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Serve until asked to stop (SIGINT, SIGTERM, or ``stop``), then let requests finish.

    ``application`` is what is served: the API, or the workspace with it (:mod:`hub.web.app`).
    ``port`` 0 takes a free one; ``settle`` False leaves views, reactions, deadlines, erasures and
    sealings to other processes; ``started`` is told the address. Raises ServeRefused for an
    address beyond this machine without TLS (tokens and names would travel in clear), OSError
    for a port that is taken, BackgroundFailed when the settling thread ended it.
    """
    settling = Supervised("settling", program.leading, ended=lambda: _quit(server))
    auditing = Supervised("auditing", program.auditing, pause=AUDIT, ended=lambda: _quit(server))
    upkeep = Supervised("upkeep", program.keeping_up, pause=UPKEEP, ended=lambda: _quit(server))
    # Whoever cannot be told outside still works here: this one begins anew and ends nothing.
    notices = Supervised("notices", program.notifying, pause=NOTICES, again=NOTICES_AGAIN)
    server = _server(application(program, after_write=settling.wake), host, port, tls_cert, tls_key)
    works = [settling, upkeep, *([] if program.notices.local else [notices])]
    beside = _settled(program, works) if settle else nullcontext()
    _run(server, started, stop, _beside(beside, auditing))
    failure = next((each.failure for each in (*works, auditing) if each.failure), None)
    if failure is not None:
        raise BackgroundFailed(
            "后台更新意外停止，服务已随之停止；已登记的内容没有丢失。请查看日志后重新启动。"
        ) from failure


def serve_app(
    app: ASGIApp,
    host: str,
    port: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    *,
    started: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Serve an application that has nothing going on beside it. As :func:`serve`."""
    _run(_server(app, host, port, tls_cert, tls_key), started, stop, nullcontext())


@contextmanager
def _beside(settled: AbstractContextManager[None], auditing: Supervised) -> Iterator[None]:
    """What goes on until the block ends."""
    with settled, _running(auditing):
        yield


@contextmanager
def _settled(program: Program, works: Sequence[Supervised]) -> Iterator[None]:
    """Settle beside (the first, which is woken by whatever comes), go on with what was approved,
    and send notices, until the block ends."""
    with program.woken(works[0].wake), ExitStack() as stack:
        for each in works:
            stack.enter_context(_running(each))
        yield


@contextmanager
def _running(work: Supervised) -> Iterator[None]:
    work.start()
    try:
        yield
    finally:
        work.stop()


def _server(
    app: ASGIApp, host: str, port: int, tls_cert: Path | None, tls_key: Path | None
) -> uvicorn.Server:
    if (tls_cert is None) != (tls_key is None):
        raise ServeRefused("证书和私钥要一起给出：--tls-cert 与 --tls-key。")
    if tls_cert is None and not is_loopback(host):
        raise ServeRefused(
            "对本机以外提供服务必须使用 TLS：请用 --tls-cert 和 --tls-key 给出证书和私钥，"
            "或只监听 127.0.0.1。"
        )
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            ssl_certfile=tls_cert,
            ssl_keyfile=tls_key,
            # Our own log says less: paths and messages may hold what a client typed.
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def _run(
    server: uvicorn.Server,
    started: Callable[[str], None] | None,
    stop: threading.Event | None,
    beside: AbstractContextManager[None],
) -> None:
    """Listen until asked to stop; ``beside`` is entered once the port is taken."""
    config = server.config
    if stop is not None:
        threading.Thread(target=_watch, args=(stop, server), daemon=True).start()
    # uvicorn raises a signal again after its shutdown, which would kill the process before the
    # settling thread and the databases are closed; here it only asks for the end once more, as it
    # does before uvicorn has taken over.
    with (
        _listening(config.host, config.port) as listener,
        stopped_by_signals(lambda: _quit(server)),
        beside,
    ):
        actual = listener.getsockname()[1]
        _LOG.info("listening", host=config.host, port=actual)
        if started is not None:
            secure = config.ssl_certfile is not None
            started(_address(config.host, actual, secure=secure))
        server.run(sockets=[listener])
    _LOG.info("stopped")


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else so that a taken port is our own OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    # Head and body of an answer are written one after the other. Without this, which asyncio sees
    # to for sockets of its own making alone, the body waits until the client has confirmed the
    # head, which it does after 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(host: str, port: int, *, secure: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def _quit(server: uvicorn.Server) -> None:
    server.should_exit = True


def _watch(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    _quit(server)
