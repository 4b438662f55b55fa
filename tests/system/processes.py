"""The hub's processes as a data centre runs them: one that serves, and workers beside it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.servers import warm
from tests.servers.up import WORKERS

PATIENCE = 60


PASSWORDS = "HUB_TEST_PASSWORDS"
"""Names the folder in which each kind of process has a file with its own roles' passwords."""


def _passwords(worker: str) -> dict[str, str]:
    folder = os.environ.get(PASSWORDS)
    if folder is None:
        return {}
    known = WORKERS.get(worker)
    if known is None:
        return {}
    _, process = known
    return {"HUB_DATABASE_PASSFILE": str(Path(folder) / process / "pgpass")}


class Worker:
    """One worker process, e.g. ``hub project``. Its output goes to a file beside the data.
    ``cold``: it begins from nothing."""

    def __init__(self, data: Path, *command: str, cold: bool = False) -> None:
        self.data, self.command = data, command
        self._log = (data.parent / f"{command[0]}.log").open("ab")
        self._process = warm.start(
            warm.HUB,
            *(*command, "--json", "--data", str(data)),
            stderr=self._log,
            env={**os.environ, **_passwords(command[0]), "HUB_LOG_LEVEL": "INFO"},
            cold=cold,
        )

    def ready(self) -> None:
        """Wait until it says that it has started."""
        if self._process.stdout is None or not self._first_line():
            raise RuntimeError(f"{self.command[0]} did not start")

    def _first_line(self) -> str:
        timer = threading.Timer(PATIENCE, self._process.send_signal, (signal.SIGKILL,))
        timer.start()
        try:
            return self._process.stdout.readline() if self._process.stdout else ""
        finally:
            timer.cancel()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self.running:
            self._process.send_signal(how)
        status = self._process.wait(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()
        return status


def start(data: Path, commands: Sequence[Sequence[str]]) -> list[Worker]:
    """Start workers side by side, and wait for all."""
    workers = [Worker(data, *command) for command in commands]
    for worker in workers:
        worker.ready()
    return workers
