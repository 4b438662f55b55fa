"""Durable appends on PostgreSQL by many writers at once, all sides on one server and in turn:
ours sealed (four fields), ours unsealed, the library's stock application, and what the server
itself gives for prepared single-row inserts of the same size, each its own commit."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from queue import Empty, LifoQueue
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application

from hub.encryption.keystore import KeyStore
from hub.encryption.root import Argon2Cost, RootKeystore
from hub.eventstore.codec import SealingMapper
from hub.eventstore.opening import open_recorder
from hub.eventstore.store import EventStore
from hub.storage.postgres import PostgresStorage, Server
from tests.bench.measure import Measure
from tests.bench.store import contact, stock_contact
from tests.servers.postgres import PostgresServer, own_postgres
from tests.storage.opening import key_store

WRITERS = (1, 8, 32, 128)
SECONDS = 1.5
"""How long each side works in a round."""
ROUNDS = 3
_WARM_UP = timedelta(seconds=0.5)

Write = Callable[[UUID, int], object]
"""Appends one event: stream and version."""


def stock_settings(server: PostgresServer) -> dict[str, str]:
    """A database of its own for the stock application, and what the library needs to know of it."""
    database = server.create()
    with psycopg.connect(**database.parameters("hub_owner")) as connection:
        connection.execute("CREATE SCHEMA stock")
        name = connection.info.dbname
    word = next(
        line.rsplit(":", 1)[1]
        for line in server.passfile.read_text().splitlines()
        if ":hub_owner:" in line
    )
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": name,
        "POSTGRES_HOST": "127.0.0.1",
        "POSTGRES_PORT": str(server.port),
        "POSTGRES_USER": "hub_owner",
        "POSTGRES_PASSWORD": word,
        "POSTGRES_SCHEMA": "stock",
        # As many as there may be writers, so that none waits for a connection.
        "POSTGRES_POOL_SIZE": "16",
        "POSTGRES_MAX_OVERFLOW": "112",
        "POSTGRES_CONNECT_TIMEOUT": "30",
    }


@contextmanager
def _stock(server: PostgresServer) -> Iterator[Write]:
    application = Application[UUID](stock_settings(server))
    try:
        yield lambda stream, version: application.save(stock_contact(stream, version))
    finally:
        application.close()


@contextmanager
def _ours(server: PostgresServer, folder: Path, *, sealed: bool) -> Iterator[Write]:
    storage = PostgresStorage(server.create())
    with ExitStack() as stack:
        keys = None
        if sealed:
            root = RootKeystore.create(folder / "root", "bench", Argon2Cost(8 * 1024, 1, 1))
            keys = KeyStore(storage, root)
            stack.callback(keys.close)
        store = EventStore(open_recorder(storage), keys)
        stack.callback(store.close)
        yield lambda stream, version: store.append([contact(stream, stream, version)])


@contextmanager
def _plain(server: PostgresServer, size: int) -> Iterator[Write]:
    """The server's own limit: a connection for each writer, one prepared INSERT, one commit."""
    database = server.create()
    with psycopg.connect(**database.parameters("hub_owner"), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA plain")
        connection.execute(
            "CREATE TABLE plain.rows (stream uuid, version bigint, topic text, state bytea,"
            " position bigserial, PRIMARY KEY (stream, version))"
        )
        connection.execute("CREATE UNIQUE INDEX ON plain.rows (position)")
    free: LifoQueue[psycopg.Connection[tuple[object, ...]]] = LifoQueue()
    state = bytes(size)

    def write(stream: UUID, version: int) -> None:
        try:
            mine = free.get_nowait()
        except Empty:
            mine = _connect(database)
        mine.execute(
            "INSERT INTO plain.rows (stream, version, topic, state) VALUES (%s, %s, %s, %b)",
            (stream, version, "child_file.contact_stated.v1", state),
            prepare=True,
        )
        free.put(mine)

    try:
        yield write
    finally:
        while not free.empty():
            free.get().close()


def _connect(database: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(**database.parameters("hub_owner"), autocommit=True)


def _sealed_size(folder: Path) -> int:
    """Bytes of state of our sealed event."""
    root = RootKeystore.create(folder / "size.root", "bench", Argon2Cost(8 * 1024, 1, 1))
    keys = key_store(folder / "size.sqlite", root)
    try:
        (stored,) = SealingMapper(keys).store([contact(uuid4(), uuid4(), 1)])
        return len(stored.state)
    finally:
        keys.close()


def _rate(write: Write, writers: int) -> float:
    """Appends per second of so many writers, each on a stream of its own."""
    counts = [0] * writers
    over = threading.Event()
    begin = threading.Barrier(writers + 1)

    def work(number: int) -> None:
        stream = uuid4()
        version = 1
        write(stream, version)
        begin.wait()
        while not over.is_set():
            version += 1
            write(stream, version)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    begin.wait()
    time.sleep(_WARM_UP.total_seconds())
    before, start = sum(counts), time.perf_counter()
    time.sleep(SECONDS)
    after, took = sum(counts), time.perf_counter() - start
    over.set()
    for thread in threads:
        thread.join()
    return (after - before) / took


_AIMS = {
    ("sealed", "stock", 32): "≥ 4",
    ("sealed", "unsealed", 32): "≥ 0.6",
    ("sealed", "plain", 32): "≥ 0.4",
}


def _compared(ours: str, other: str, writers: int, rounds: list[Mapping[str, float]]) -> Measure:
    return Measure(
        f"PostgreSQL appends, {writers} writers: {ours} against {other}",
        statistics.median(each[ours] for each in rounds),
        statistics.median(each[other] for each in rounds),
        statistics.median(each[ours] / each[other] for each in rounds),
        "appends/s",
        _AIMS.get((ours, other, writers), ""),
    )


def measures(folder: Path) -> list[Measure]:
    """Every side at every number of writers."""
    found: list[Measure] = []
    with own_postgres() as server, ExitStack() as stack:
        sides = {
            "sealed": stack.enter_context(_ours(server, folder, sealed=True)),
            "unsealed": stack.enter_context(_ours(server, folder, sealed=False)),
            "stock": stack.enter_context(_stock(server)),
            "plain": stack.enter_context(_plain(server, _sealed_size(folder))),
        }
        for writers in WRITERS:
            rounds: list[Mapping[str, float]] = [
                {name: _rate(write, writers) for name, write in sides.items()}
                for _ in range(ROUNDS)
            ]
            for other in ("stock", "unsealed", "plain"):
                found.append(_compared("sealed", other, writers, rounds))
    return found
