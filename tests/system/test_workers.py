"""The hub as separate processes on PostgreSQL: any of them may die at any moment, and the server
may be restarted; nothing that was acknowledged is lost and nothing is done twice.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaProducer

from hub.bootstrap import Program, program
from hub.messaging.topics import KafkaSettings
from hub.migrate import split_passwords
from hub.settings import Settings
from tests.servers.kafka import KafkaBroker
from tests.servers.postgres import PostgresServer, own_postgres
from tests.system.office import (
    Office,
    nothing_lost_nothing_doubled,
    office_on,
    views_equal_a_rebuild,
)
from tests.system.processes import PASSWORDS, Worker, start
from tests.system.server import Server

KILLS = 20
WORKERS = (("project",), ("project",), ("react",), ("react",), ("tick",))
_FOLLOW = ("project", "--source", "kafka")
KAFKA_WORKERS = (("relay",), ("relay",), _FOLLOW, _FOLLOW, ("react",), ("tick",))
LONGEST = 1.0
"""Seconds between one kill and the next at most."""


@pytest.fixture
def own_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """A PostgreSQL of this test's own, to be restarted. Each worker has the passwords of its own
    database roles and no others."""
    with own_postgres() as server:
        database = server.create()
        split_passwords(database, tmp_path / "passwords")
        monkeypatch.setenv(PASSWORDS, str(tmp_path / "passwords"))
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


class Centre:
    """The processes of a data centre, of which any may be killed at any moment."""

    def __init__(self, data: Path, commands: Sequence[Sequence[str]], seed: int) -> None:
        self.data = data
        self._rng = random.Random(seed)
        self.server: Server = Server(data, "--api-only")
        self.workers = start(data, commands)

    def kill_one(self, client: Client) -> None:
        """Kill a process of chance's choosing, after a moment of its choosing; start it again."""
        time.sleep(self._rng.uniform(0.02, LONGEST))
        victim = self._rng.randrange(len(self.workers) + 1)
        if victim == len(self.workers):
            client.turn_to(None)
            self.server.kill()
            self.server = Server(self.data, "--api-only")
            client.turn_to(self.server)
            return
        command = self.workers[victim].command
        self.workers[victim].kill()
        self.workers[victim] = Worker(self.data, *command)
        self.workers[victim].ready()

    def end(self) -> None:
        """Ask every process to stop; each does, in order."""
        assert [worker.stop() for worker in self.workers] == [0] * len(self.workers)


def worked_through(
    data: Path, commands: Sequence[Sequence[str]], seed: int, halfway: Callable[[], None]
) -> None:
    """An office works while processes are killed, and in the middle of it something else happens;
    in the end nothing is lost, nothing doubled, and the views equal a rebuild."""
    client = Client(office_on(data))
    centre = Centre(data, commands, seed)
    client.begin(centre.server)
    for number in range(KILLS):
        if number == KILLS // 2:
            halfway()
        centre.kill_one(client)
    time.sleep(1)
    client.end()
    assert centre.server.stop() == 0
    with program(data, Settings()) as hub:
        _followed(hub)
        centre.end()
        assert client.office.sent >= KILLS, "hardly anything was sent: the test says nothing"
        nothing_lost_nothing_doubled(hub, client.office)
        views_equal_a_rebuild(hub)


@pytest.mark.kill
@pytest.mark.slow
def test_kills_of_every_process_lose_nothing_and_repeat_nothing(
    tmp_path: Path, own_server: PostgresServer
) -> None:
    def power_cut() -> None:
        own_server.kill()
        own_server.start()

    worked_through(tmp_path / "data", WORKERS, 20250304, power_cut)


@pytest.mark.kill
@pytest.mark.slow
def test_the_same_through_kafka(
    tmp_path: Path,
    own_server: PostgresServer,
    own_broker: KafkaBroker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the middle of it the broker is away for a while, and a record that nobody can read stands
    in every partition of the shared log. Each kill of a worker, and its return, makes its group
    share the partitions anew."""
    settings = KafkaSettings(own_broker.bootstrap, prefix="t.")
    monkeypatch.setenv("HUB_KAFKA", settings.bootstrap)
    monkeypatch.setenv("HUB_KAFKA_PREFIX", settings.prefix)

    def outage() -> None:
        poison(settings)
        own_broker.stop()
        time.sleep(3)
        own_broker.start()
        poison(settings)

    worked_through(tmp_path / "data", KAFKA_WORKERS, 20250305, outage)


def poison(settings: KafkaSettings) -> None:
    """Put a record that nobody can read into every partition."""
    with closing(KafkaProducer(bootstrap_servers=settings.bootstrap, acks="all")) as producer:
        for partition in range(settings.partitions):
            producer.send(settings.events.name, key=b"x", value=b"\x00", partition=partition)
        producer.flush()


def _followed(hub: Program) -> None:
    """Wait until the workers have done all there is to do."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        position = hub.store.position
        behind = [view for view in hub.projector.views.values() if view.position < position]
        if not behind and hub.reactor.position == position == hub.store.position:
            return
        time.sleep(0.05)
    where = {seat.value: view.progress for seat, view in hub.projector.views.items()}
    raise AssertionError(f"at {hub.store.position}: {hub.reactor.position}, {where}")
