"""Servers that all workers of one run of the tests share: whoever needs one first starts it, and
the run's own process stops it at the very end, by its process id."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = "HUB_TEST_SERVERS"
"""The environment variable that tells the workers where the servers' folder is."""
PATIENCE = 30


def begin() -> None:
    """Called by the run's own process, before any worker starts."""
    folder = Path(tempfile.mkdtemp(prefix="hub-servers-"))
    # A server that does not run as root has to get at its own folder.
    folder.chmod(0o711)
    os.environ[FOLDER] = str(folder)


def shared(name: str, start: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    """What ``start`` said of a server when the first one called it. It gets a folder for the
    server and says at least its ``pid``."""
    folder = Path(os.environ[FOLDER])
    state = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            state.write_text(json.dumps(start(folder / name)))
        found: dict[str, Any] = json.loads(state.read_text())
        return found


def end() -> None:
    """Stop every server and remove its folder."""
    folder = Path(os.environ.pop(FOLDER))
    for state in sorted(folder.glob("*.json")):
        found = json.loads(state.read_text())
        _stop(found["pid"], signal.Signals(found.get("signal", signal.SIGTERM)))
    shutil.rmtree(folder, ignore_errors=True)


def _stop(pid: int, how: signal.Signals) -> None:
    deadline = time.monotonic() + PATIENCE
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
        while time.monotonic() < deadline and _runs(pid):
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def _runs(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        # A child of this very process stays behind until somebody has asked how it ended.
        os.waitpid(pid, os.WNOHANG)
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"
