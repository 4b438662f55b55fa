"""From commit to visible: how long after its commit a fact stands in its organisation's view, at
200 events a second; embedded in one process, and through Kafka with processes of their own."""

from __future__ import annotations

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from domain.dropout_case import dropout_case_id
from domain.organisations import Organisation, Seat
from hub.bootstrap import Program, initialise, program
from hub.migrate import split_passwords
from hub.settings import Settings
from hub.supervision import Supervised
from tests.bench.http import environment
from tests.bench.measure import Measure
from tests.bench.views import absence, opened_file
from tests.servers.kafka import KafkaBroker
from tests.servers.postgres import own_postgres
from tests.system.processes import PASSWORDS, start

PER_SECOND = 200
SECONDS = 10.0
CHILDREN = 50
ROUNDS = 3


@contextmanager
def _embedded(folder: Path) -> Iterator[tuple[Program, Callable[[], None]]]:
    """What ``hub serve`` runs beside its API, and the wake-up that a request gives it."""
    data = folder / "embedded"
    initialise(data, Settings(database=None))
    with program(data, Settings(database=None)) as hub:
        _district(hub)
        work = Supervised("settling", hub.leading)
        work.start()
        try:
            yield hub, work.wake
        finally:
            work.stop()


@contextmanager
def _through_kafka(folder: Path) -> Iterator[tuple[Program, Callable[[], None]]]:
    with ExitStack() as stack:
        postgres = stack.enter_context(own_postgres())
        broker = stack.enter_context(KafkaBroker(folder / "kafka"))
        server = postgres.create()
        stack.enter_context(environment(server))
        split_passwords(server, folder / "passwords")
        os.environ["HUB_KAFKA"] = broker.bootstrap
        os.environ[PASSWORDS] = str(folder / "passwords")
        data = folder / "data"
        initialise(data, Settings())
        hub = stack.enter_context(program(data, Settings()))
        _district(hub)
        workers = start(data, [("relay",)])
        workers += start(data, [("project", "--source", "kafka")])
        stack.callback(lambda: [worker.stop() for worker in workers])
        yield hub, lambda: None


def _district(hub: Program) -> None:
    organisations = [Organisation(f"school:{n}", f"示例{n}", "310117001") for n in range(7)]
    hub.directory.add_organisations(organisations)


def _latencies(hub: Program, wake: Callable[[], None]) -> list[float]:
    """Seconds from commit to visible of each event, in order."""
    children = [uuid4() for _ in range(CHILDREN)]
    for number, child in enumerate(children):
        hub.store.append(opened_file(child, f"school:{number % 7}"))
    wake()
    committed: dict[int, float] = {}
    visible: dict[int, float] = {}
    over = threading.Event()

    def watch() -> None:
        view = hub.projector.view(Seat.SCHOOL)
        seen = 0
        while not over.is_set():
            with view.engine.connect() as connection:
                newest = connection.execute(_NEWEST, {"seen": seen - 500}).scalars().all()
            now = time.perf_counter()
            for position in newest:
                visible.setdefault(position, now)
                seen = max(seen, position)
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    for n in range(int(PER_SECOND * SECONDS)):
        due = begun + n / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        number, turn = n % CHILDREN, n // CHILDREN
        child = children[number]
        (position,) = hub.store.append(
            [absence(child, dropout_case_id(child, 1), f"school:{number % 7}", turn)]
        )
        committed[position] = time.perf_counter()
        wake()
    deadline = time.monotonic() + 30
    while committed.keys() - visible.keys() and time.monotonic() < deadline:
        time.sleep(0.05)
    over.set()
    watcher.join()
    missing = committed.keys() - visible.keys()
    if missing:
        raise RuntimeError(f"{len(missing)} facts never became visible")
    # The first second is the processes' warming up.
    return [visible[p] - at for p, at in list(committed.items())[PER_SECOND:]]


_NEWEST = text("SELECT position FROM facts WHERE position > :seen ORDER BY position")


def measures(folder: Path) -> list[Measure]:
    """Median and 99th percentile, in milliseconds."""
    found: list[Measure] = []
    for name, made, aim in (
        ("embedded", _embedded, "p99 ≤ 50"),
        ("through Kafka", _through_kafka, "p99 ≤ 250"),
    ):
        with made(folder) as (hub, wake):
            rounds = [_latencies(hub, wake) for _ in range(ROUNDS)]
        for label, part in (("p50", 0.50), ("p99", 0.99)):
            value = statistics.median(sorted(each)[int(len(each) * part)] for each in rounds)
            found.append(
                Measure(
                    f"commit to visible, {name}, {PER_SECOND} events/s, {label}",
                    value * 1000,
                    None,
                    None,
                    "ms",
                    aim if label == "p99" else "",
                )
            )
    return found
