"""A real ``hub serve`` process on a data folder, for tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.servers import warm


class Server:
    """One process of the program as an office would run it; loopback, a free port. ``command`` is
    another one that listens, ``environment`` what it has beside this process's own. ``cold``: it
    begins from nothing."""

    def __init__(
        self,
        data: Path,
        *options: str,
        command: str = "serve",
        environment: Mapping[str, str] | None = None,
        cold: bool = False,
    ) -> None:
        self._log = (data.parent / f"{command}.log").open("ab")
        self._process = warm.start(
            warm.HUB,
            *(command, "--json", "--port", "0", "--data", str(data), *options),
            stderr=self._log,
            env={**os.environ, **(environment or {}), "HUB_LOG_LEVEL": "WARNING"},
            cold=cold,
        )
        self.address: str = self._first_object()["address"]

    def _first_object(self) -> dict[str, Any]:
        """The JSON object that the process begins with, over however many lines."""
        text = ""
        while self._process.stdout is not None:
            line = self._process.stdout.readline()
            if not line:
                break
            text += line
            if line.rstrip() == "}":
                found: dict[str, Any] = json.loads(text)
                return found
        raise RuntimeError(f"serve did not start, exit {self._process.wait(10)}")

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def post(self, path: str, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """POST JSON; the status and the JSON answer. Raises OSError when nobody answers."""
        return self._ask(path, token, json.dumps(body).encode())

    def get(self, path: str, token: str) -> tuple[int, dict[str, Any]]:
        """GET; the status and the JSON answer. Raises OSError when nobody answers."""
        return self._ask(path, token, None)

    def _ask(self, path: str, token: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(
            self.address + path,
            data=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self.running:
            self._process.send_signal(how)
        status = self._process.wait(timeout=30)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()
        return status
