"""HTTP intake with authorisation, matching, sealing and audit, against a plain insert of the same
fields: the same clients, the same PostgreSQL server, in turn."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from domain.identifiers import id_check_character
from domain.organisations import Organisation, Post
from hub.bootstrap import initialise, program
from hub.settings import Settings
from hub.storage.postgres import Server
from tests.bench.measure import Measure
from tests.servers.postgres import own_postgres
from tests.system.server import Server as HubServer

CLIENTS = 16
SECONDS = 4.0
ROUNDS = 3

_number = itertools.count()


def body() -> dict[str, object]:
    """One record, each of another child."""
    number = next(_number)
    seventeen = f"310117{2009 + number % 9}{1 + number // 9 % 12:02d}{1 + number // 108 % 28:02d}"
    seventeen += f"{number // 3024 % 1000:03d}"
    return {
        "name": f"示例{number}",
        "id_number": seventeen + id_check_character(seventeen),
        "guardian_name": "示例监护人",
        "guardian_phone": "13800000000",
        "absent_since": "2025-02-24",
        "school_days": 2,
        "reason_code": "病假",
        "family_contact": "联系上",
    }


@contextmanager
def environment(server: Server) -> Iterator[None]:
    """What the processes that are started inside read of the database."""
    before = dict(os.environ)
    os.environ["HUB_DATABASE"] = server.url
    os.environ["HUB_DATABASE_PASSFILE"] = str(server.passfile)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _ours(server: Server, folder: Path) -> Iterator[tuple[str, str, str]]:
    with environment(server):
        data = folder / "data"
        initialise(data, Settings())
        with program(data, Settings()) as hub:
            hub.directory.add_organisations([Organisation("school:1", "示例小学", "310117001")])
            user = hub.directory.add_user("bench", "school:1", "教务处", Post.HANDLER)
            token = hub.directory.issue_token(user, datetime.now(UTC), timedelta(hours=2))
        process = HubServer(data, "--api-only")
    try:
        yield process.address, "/api/v1/intake/education/absence", token
    finally:
        process.stop()


@contextmanager
def _plain(server: Server) -> Iterator[tuple[str, str, str]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with environment(server):
        process = subprocess.Popen([sys.executable, "-m", "tests.bench.plain", str(port)])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}", "/absences", ""
    finally:
        process.terminate()
        process.wait(30)


def _rate(address: str, path: str, token: str) -> float:
    """Answered requests per second of all clients, each with a connection that it keeps."""
    counts = [0] * CLIENTS
    over = threading.Event()
    at = urlsplit(address)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def work(client: int) -> None:
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
        while not over.is_set():
            connection.request("POST", path, json.dumps(body()), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 201):
                raise RuntimeError(f"{path}: {answer.status}")
            counts[client] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    before, start = sum(counts), time.perf_counter()
    time.sleep(SECONDS)
    found = (sum(counts) - before) / (time.perf_counter() - start)
    over.set()
    for thread in threads:
        thread.join()
    return found


def measures(folder: Path) -> list[Measure]:
    """Records in per second."""
    with own_postgres() as postgres, ExitStack() as stack:
        ours = stack.enter_context(_ours(postgres.create(), folder))
        plain = stack.enter_context(_plain(postgres.create()))
        pairs = [(_rate(*ours), _rate(*plain)) for _ in range(ROUNDS)]
    return [
        Measure(
            f"HTTP intake on PostgreSQL, {CLIENTS} clients, against a plain insert",
            statistics.median(a for a, _ in pairs),
            statistics.median(b for _, b in pairs),
            statistics.median(a / b for a, b in pairs),
            "records/s",
            "≥ 1.0",
        )
    ]
