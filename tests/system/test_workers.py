"""The hub as separate processes on PostgreSQL: any of them may die at any moment, and the server
may be restarted; nothing that was acknowledged is lost and nothing is done twice.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.bootstrap import Program, program
from hub.settings import Settings
from tests.servers.postgres import PostgresServer, own_postgres
from tests.system.office import (
    Office,
    nothing_lost_nothing_doubled,
    office_on,
    views_equal_a_rebuild,
)
from tests.system.processes import Worker, start
from tests.system.server import Server

KILLS = 20
WORKERS = (("project",), ("project",), ("react",), ("react",), ("tick",))
LONGEST = 1.0
"""Seconds between one kill and the next at most."""


@pytest.fixture
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """A PostgreSQL of this test's own, to be restarted."""
    with own_postgres() as server:
        database = server.create()
        monkeypatch.setenv("HUB_DATABASE", database.url)
        monkeypatch.setenv("HUB_DATABASE_PASSFILE", str(database.passfile))
        yield server


class Client:
    """An office that works on, whichever server answers."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._over = threading.Event()
        self._server: Server | None = None
        self._thread = threading.Thread(target=self._work)

    def begin(self, server: Server) -> None:
        self._server = server
        self._thread.start()

    def turn_to(self, server: Server | None) -> None:
        self._server = server

    def end(self) -> None:
        self._over.set()
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _work(self) -> None:
        while not self._over.is_set():
            if self._server is not None:
                self.office.work(self._server, self._over)
            time.sleep(0.02)


@pytest.mark.kill
@pytest.mark.slow
def test_kills_of_every_process_lose_nothing_and_repeat_nothing(
    tmp_path: Path, own_server: PostgresServer
) -> None:
    data = tmp_path / "data"
    client = Client(office_on(data))
    server = Server(data, "--api-only")
    workers = start(data, WORKERS)
    client.begin(server)
    rng = random.Random(20250304)
    for number in range(KILLS):
        time.sleep(rng.uniform(0.02, LONGEST))
        if number == KILLS // 2:
            own_server.kill()
            own_server.start()
        victim = rng.randrange(len(workers) + 1)
        if victim == len(workers):
            client.turn_to(None)
            server.kill()
            server = Server(data, "--api-only")
            client.turn_to(server)
        else:
            workers[victim].kill()
            workers[victim] = Worker(data, *workers[victim].command)
            workers[victim].ready()
    time.sleep(1)
    client.end()
    assert server.stop() == 0
    with program(data, Settings()) as hub:
        _followed(hub)
        assert [worker.stop() for worker in workers] == [0] * len(workers)
        assert client.office.sent >= KILLS, "hardly anything was sent: the test says nothing"
        nothing_lost_nothing_doubled(hub, client.office)
        views_equal_a_rebuild(hub)


def _followed(hub: Program) -> None:
    """Wait until the workers have done all there is to do."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        position = hub.store.position
        behind = [view for view in hub.projector.views.values() if view.position < position]
        if not behind and hub.reactor.position == position == hub.store.position:
            return
        time.sleep(0.05)
    raise AssertionError("the workers do not follow")
