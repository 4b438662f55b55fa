"""One process that serves: HTTP, and beside it the thread that settles views, reactions and due
deadlines.

The thread is supervised. What passes (a locked database, a key store that cannot answer) is
tried again; what nobody foresaw ends the process: an API over views that no longer move would
show old duties as if they were today's.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from hub import logs
from hub.api.app import create_app
from hub.bootstrap import Program
from hub.failures import Cause, foreseen

PAUSE = 0.3
"""Seconds between looks for what other processes wrote and what has become due."""
PATIENCE = 60
"""How often in a row a foreseen failure is tried again before it ends the process. Waiting for
another process to give up the lead, or a lock, has no end."""
_GRACE = 10
"""Seconds that running requests get when the process is asked to stop."""

_LOG = logs.get("hub.serve")


class ServeRefused(Exception):
    """The address cannot be served like this; the text (Chinese) says what to do."""


class BackgroundFailed(Exception):
    """The settling thread failed and took the process with it; the text (Chinese) is ours."""


class _Stopping(Exception):
    """Ends a long settling at one of its safe points; whatever was done stays done."""


class Settling:
    """The thread beside the API. ``wake`` makes it look at once; ``failure`` is what ended it."""

    def __init__(self, program: Program, ended: Callable[[], None]) -> None:
        self._program = program
        self._ended = ended
        self._wrote = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="settling", daemon=True)
        self._attempt = 0
        self.failure: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something was written."""
        self._wrote.set()

    def stop(self) -> None:
        """End, at the next safe point."""
        self._stop.set()
        self._wrote.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                # The lead is kept: a rebuild beside it would put files under its open views.
                with self._program.leading() as settle:
                    self._settle(settle)
            except _Stopping:
                return
            except BaseException as error:
                self._attempt += 1
                failure = foreseen(error)
                lasting = failure is None or failure.cause is not Cause.BUSY
                if failure is None or (lasting and self._attempt > PATIENCE):
                    self._fail(error)
                    return
                _LOG.warning("settling again", error=type(error).__name__, attempt=self._attempt)
                self._stop.wait(1.0)

    def _settle(self, settle: Callable[[Callable[[int], None]], None]) -> None:
        while not self._stop.is_set():
            settle(self._progress)
            self._attempt = 0
            self._wrote.wait(PAUSE)
            self._wrote.clear()

    def _progress(self, position: int) -> None:
        if self._stop.is_set():
            raise _Stopping

    def _fail(self, error: BaseException) -> None:
        self.failure = error
        _LOG.critical("settling failed", error=type(error).__name__, where=logs.where(error))
        self._ended()


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
    started: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Serve until asked to stop (SIGINT, SIGTERM, or ``stop``), then let requests finish.

    ``port`` 0 takes a free one; ``started`` is told the address. Raises ServeRefused for an
    address beyond this machine without TLS (tokens and names would travel in clear), OSError
    for a port that is taken, BackgroundFailed when the settling thread ended it.
    """
    if (tls_cert is None) != (tls_key is None):
        raise ServeRefused("证书和私钥要一起给出：--tls-cert 与 --tls-key。")
    if tls_cert is None and not is_loopback(host):
        raise ServeRefused(
            "对本机以外提供服务必须使用 TLS：请用 --tls-cert 和 --tls-key 给出证书和私钥，"
            "或只监听 127.0.0.1。"
        )
    settling = Settling(program, lambda: _quit(server))
    config = uvicorn.Config(
        create_app(program, after_write=settling.wake),
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
    server = uvicorn.Server(config)
    if stop is not None:
        threading.Thread(target=_watch, args=(stop, server), daemon=True).start()
    with _listening(host, port) as listener, _signals(lambda: _quit(server)):
        actual = listener.getsockname()[1]
        _LOG.info("listening", host=host, port=actual)
        settling.start()
        try:
            if started is not None:
                started(_address(host, actual, secure=tls_cert is not None))
            server.run(sockets=[listener])
        finally:
            settling.stop()
            _LOG.info("stopped")
    if settling.failure is not None:
        raise BackgroundFailed(
            "后台更新意外停止，服务已随之停止；已登记的内容没有丢失。请查看日志后重新启动。"
        ) from settling.failure


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else so that a taken port is our own OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def _address(host: str, port: int, *, secure: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if secure else 'http'}://{shown}:{port}"


def _quit(server: uvicorn.Server) -> None:
    server.should_exit = True


def _watch(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    _quit(server)


@contextmanager
def _signals(asked: Callable[[], None]) -> Iterator[None]:
    """uvicorn raises a signal again after its shutdown, which would kill the process before the
    settling thread and the databases are closed; here it only asks for the end once more, as it
    does before uvicorn has taken over."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        each: signal.signal(each, lambda *_: asked()) for each in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
