"""One server of a kind for everybody in a run of the tests who needs one.

Each user holds a shared lock on a file; a keeper process, the server's parent, waits for the
exclusive one. It gets it when the last user has gone, whether it ended or was killed, and then
stops the server. So pytest's workers share one, and none is left behind.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.servers.kafka import ROOT, KafkaBroker
from tests.servers.keycloak import Keycloak
from tests.servers.postgres import PostgresServer

START_SECONDS = 200
State = dict[str, Any]


@contextmanager
def _kafka(folder: Path) -> Iterator[State]:
    with KafkaBroker(folder) as broker:
        yield {"bootstrap": broker.bootstrap}


@contextmanager
def _postgres(folder: Path) -> Iterator[State]:
    server = PostgresServer(folder)
    server.start()
    # Roles are the whole server's: two databases that are migrated at once would make the same.
    server.create()
    try:
        yield {"folder": str(folder), "port": server.port}
    finally:
        server.stop()


@contextmanager
def _keycloak(folder: Path) -> Iterator[State]:
    with Keycloak(folder) as server:
        yield {"issuer": server.issuer}


SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[State]]] = {
    "kafka": _kafka,
    "keycloak": _keycloak,
    "postgres": _postgres,
}


@contextmanager
def shared(kind: str, factory: pytest.TempPathFactory) -> Iterator[State]:
    """What a server of this run says of itself, started if nobody has; it runs at least until
    the end of the block."""
    folder = _folder(factory) / kind
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    state = folder / "state.json"
    with (folder / "users").open("a") as users, (folder / "starting").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        # Waits for a keeper that is just putting its server away.
        fcntl.flock(users, fcntl.LOCK_SH)
        if not state.exists():
            _start(kind, folder, state)
        fcntl.flock(starting, fcntl.LOCK_UN)
        found: State = json.loads(state.read_text())
        yield found


def _start(kind: str, folder: Path, state: Path) -> None:
    with (folder / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.shared", kind, str(folder)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not state.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "keeper.log").read_text()[-2000:])
        time.sleep(0.05)
    # It outlives this process on purpose; nobody here will wait for it.
    keeper.returncode = 0


def _folder(factory: pytest.TempPathFactory) -> Path:
    """The run's folder, the same for all of its workers. Not pytest's own, which nobody but its
    owner may enter: a server that does not run as root has to get at its own folder."""
    base = factory.getbasetemp()
    run = base.parent if base.name.startswith("popen-") else base
    name = f"hub-servers-{sha256(str(run).encode()).hexdigest()[:12]}"
    found = Path(tempfile.gettempdir()) / name
    found.mkdir(exist_ok=True)
    # Whatever this process lets others do with its files.
    found.chmod(0o711)
    return found


def keep(kind: str, folder: Path) -> None:
    """Run a server until nobody uses it any more."""
    state = folder / "state.json"
    with SERVERS[kind](folder / "server") as found, (folder / "users").open("a") as users:
        fresh = folder / "state.new"
        fresh.write_text(json.dumps(found))
        fresh.replace(state)
        fcntl.flock(users, fcntl.LOCK_EX)
        # Whoever comes now waits for the lock, and then starts another.
        state.unlink()
    shutil.rmtree(folder / "server", ignore_errors=True)


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))
