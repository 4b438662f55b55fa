"""Programs of the hub that tests start, each a process of its own, begun quickly.

Nearly all that a start costs is importing. The first start in a pytest process therefore begins
one that imports what the programs import, and opens nothing: no file, no connection, no thread, no
key. It forks every program, which has its own process id, environment, working folder, files and
signals, and goes through the program's entry point to the interpreter's end: it can be killed at
any moment like any other. What begins from nothing, as it does for an office, is started with
``cold``.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import IO, Any, Protocol, TextIO, cast

HUB = "hub.cli.start:run"
IMPORTED = (
    "hub.api.keyservice",
    "hub.api.organisation",
    "hub.api.serve",
    "hub.cli.main",
    "tests.system.relaying",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""Beside what these import, programs import little more."""
START_SECONDS = 120
_LONGEST = 1 << 20


class Started(Protocol):
    """A started program, as :class:`subprocess.Popen` has one."""

    @property
    def stdout(self) -> IO[str] | None:
        """What it says, where that was asked for."""

    @property
    def pid(self) -> int:
        """Its process id."""

    def poll(self) -> int | None:
        """Its exit status, or None while it runs."""

    def wait(self, timeout: float) -> int:
        """Its exit status; raises :class:`subprocess.TimeoutExpired` after so many seconds."""

    def send_signal(self, sig: int) -> None:
        """Send it a signal, if it still runs."""


def start(
    entry: str,
    *arguments: str,
    stderr: IO[Any] | None = None,
    env: Mapping[str, str] | None = None,
    cold: bool = False,
) -> Started:
    """Start a program: ``entry`` is ``module:function``. What it says is given as text. ``cold``:
    by an interpreter of its own, as an office starts it."""
    environment = dict(os.environ if env is None else env)
    if cold:
        module, _, function = entry.partition(":")
        return subprocess.Popen(
            [sys.executable, "-c", f"from {module} import {function} as f; f()", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
        )
    return Forked(entry, arguments, 2 if stderr is None else stderr.fileno(), environment)


class Forked:
    """A program that the warm process forked."""

    def __init__(
        self, entry: str, arguments: tuple[str, ...], stderr: int, env: Mapping[str, str]
    ) -> None:
        self._status: int | None = None
        self._asking = threading.Lock()
        self._arguments = arguments
        read, write = os.pipe()
        self._ends, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asked = {
            "entry": entry,
            "arguments": arguments,
            "environment": dict(env),
            "folder": os.getcwd(),
        }
        with theirs, open(os.devnull, "rb") as nothing:
            files = [theirs.fileno(), nothing.fileno(), write, stderr]
            socket.send_fds(_warm(), [json.dumps(asked).encode()], files)
        os.close(write)
        self.stdout: IO[str] | None = os.fdopen(read, encoding="utf-8")
        told, handles, _, _ = socket.recv_fds(self._ends, 64, 1)
        if not handles:
            raise RuntimeError("the warm process has ended")
        self.pid = int(told)
        # Names this process alone, also when its id is another's already.
        self._handle = handles[0]

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float) -> int:
        with self._asking:
            if self._status is None:
                if not select.select([self._ends], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(self._arguments, timeout)
                told = self._ends.recv(64)
                if not told:
                    raise RuntimeError("the warm process has ended")
                self._status = int(told)
                self._ends.close()
                os.close(self._handle)
            return self._status

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            # It may end just now.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, sig)


@cache
def _warm() -> socket.socket:
    """The connection on which programs are asked for; with its end the warm process ends, and
    whatever it started."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.warm", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            # A terminal's SIGINT is for whoever started this.
            start_new_session=True,
        )
    # It ends with this process, which cannot wait for it then.
    process.returncode = 0
    if not select.select([ours], [], [], START_SECONDS)[0] or not ours.recv(1):
        raise RuntimeError("the warm process did not start")
    atexit.register(ours.close)
    return ours


def _serve(asking: socket.socket) -> Callable[[], object] | None:
    """Fork programs until nobody asks any more. Returns in each program as well: what it is to
    run."""
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        waited: list[int | socket.socket] = [asking, *running]
        ready, _, _ = select.select(waited, [], [])
        for handle in ready:
            if isinstance(handle, int):
                pid, tell = running.pop(handle)
                status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                os.close(handle)
                with tell:
                    _tell(tell, str(status).encode())
        if asking not in ready:
            continue
        told, files, _, _ = socket.recv_fds(asking, _LONGEST, 4)
        if not told:
            for handle in running:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
            return None
        tell = socket.socket(fileno=files.pop(0))
        pid = os.fork()
        if pid == 0:
            for handle, (_, other) in running.items():
                os.close(handle)
                other.close()
            tell.close()
            asking.close()
            return _become(json.loads(told), files)
        for file in files:
            os.close(file)
        handle = os.pidfd_open(pid)
        running[handle] = (pid, tell)
        socket.send_fds(tell, [str(pid).encode()], [handle])


def _tell(whom: socket.socket, what: bytes) -> None:
    # Whoever started it may not want to know.
    with contextlib.suppress(BrokenPipeError):
        whom.send(what)


def _become(asked: dict[str, Any], files: list[int]) -> Callable[[], object]:
    """Take on what belongs to the program; give its entry point."""
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    # They know what the files were that they began with.
    sys.stdin = _anew(sys.stdin, "r")
    sys.stdout = _anew(sys.stdout, "w")
    sys.stderr = _anew(sys.stderr, "w", 1)
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    os.chdir(asked["folder"])
    module, _, function = asked["entry"].partition(":")
    sys.argv = [module, *asked["arguments"]]
    found: Callable[[], object] = getattr(import_module(module), function)
    return found


def _anew(stream: TextIO, mode: str, buffering: int = -1) -> TextIO:
    """A standard stream on the file that it has now, as the interpreter makes it at its start."""
    number, errors = stream.fileno(), stream.errors
    made = os.fdopen(
        number, mode, buffering, encoding=stream.encoding, errors=errors, closefd=False
    )
    return cast(TextIO, made)


def main() -> None:
    """Be the warm process, or one of the programs."""
    gc.disable()
    for module in IMPORTED:
        import_module(module)
    gc.freeze()
    gc.enable()
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("a thread of the warm process would be missing in every program")
    asking = socket.socket(fileno=int(sys.argv[1]))
    # Until now it could only have failed.
    asking.send(b"!")
    program = _serve(asking)
    if program is not None:
        program()


if __name__ == "__main__":
    main()
