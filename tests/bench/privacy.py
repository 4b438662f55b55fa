"""Commands with privacy on against off: the same records through the whole door for writes, with
what is recorded sealed and every look at a candidate entered, and with neither."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MethodType

from hub.audit.log import AccessEntry, AccessLog
from hub.bootstrap import Program, initialise, program
from hub.clock import SetClock
from hub.settings import Settings
from hub.storage.postgres import Server
from tests.bench.http import environment
from tests.bench.measure import Measure, rate
from tests.program import (
    DISTRICT,
    EDUCATION,
    SCHOOL,
    START,
    TOWN,
    absent,
    enrolled,
    pupil,
    resident,
    take,
)
from tests.servers.postgres import own_postgres

CHILDREN = 60
ROUNDS = 5


@contextmanager
def _hub(folder: Path, server: Server | None, *, private: bool) -> Iterator[Program]:
    with ExitStack() as stack:
        if server is not None:
            stack.enter_context(environment(server))
        initialise(folder, Settings())
        hub = stack.enter_context(program(folder, Settings(), SetClock(START)))
        hub.directory.add_organisations(DISTRICT)
        if not private:
            hub.store._mapper._keys = None
            log = hub.audit
            log.append = MethodType(_nothing, log)  # type: ignore[method-assign]
        yield hub


def _nothing(_log: AccessLog, entries: Sequence[AccessEntry]) -> list[int]:
    return [0] * len(entries)


def _commands(hub: Program) -> Callable[[], int]:
    """Three records of each of some new children: the first of a child mints its keys, the next
    ones find it and look at who it is."""
    numbers = itertools.count(1)

    def work() -> int:
        for _ in range(CHILDREN):
            child = pupil(next(numbers))
            for organisation, kind, values in (
                (TOWN, "town.residence", resident(child)),
                (EDUCATION, "education.roll", enrolled(child)),
                (SCHOOL, "education.absence", absent(child)),
            ):
                if take(hub, organisation, kind, values).answer is None:
                    raise RuntimeError("not the record that is to be measured")
        return 3 * CHILDREN

    return work


def measures(folder: Path) -> list[Measure]:
    """Records a second, one after the other, on SQLite and on PostgreSQL."""
    found = []
    with own_postgres() as postgres:
        for name, servers in (
            ("SQLite", (None, None)),
            ("PostgreSQL", (postgres.create(), postgres.create())),
        ):
            with ExitStack() as stack:
                on, off = (
                    _commands(
                        stack.enter_context(
                            _hub(folder / f"{name} {private}", server, private=private)
                        )
                    )
                    for private, server in zip((True, False), servers, strict=True)
                )
                on(), off()
                pairs = [(rate(on), rate(off)) for _ in range(ROUNDS)]
            found.append(
                Measure(
                    f"commands with privacy on against off, {name}",
                    statistics.median(a for a, _ in pairs),
                    statistics.median(b for _, b in pairs),
                    statistics.median(a / b for a, b in pairs),
                    "records/s",
                    "≥ 0.6",
                )
            )
    return found
