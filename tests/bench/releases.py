"""A list page of fifty children at an organisation's own server: what is open by now, and the keys
of all fields that are shown, are asked of a key service in a process of its own, on PostgreSQL."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.organisations import Post, Seat
from hub.bootstrap import initialise, program
from hub.clock import SystemClock
from hub.keyservice import Purpose, Reader
from hub.queries import Queries
from hub.queries.own import OwnViewQueries
from hub.releases.keys import OrganisationKeys
from hub.releases.remote import Remote, RemoteDirectory, RemoteKeys, Transport
from hub.releases.transport import HttpTransport
from hub.separation import export_organisation
from hub.settings import Settings
from tests.bench.http import environment
from tests.bench.measure import Measure
from tests.program import DISTRICT, TOWN, pupil, resident, send
from tests.servers.postgres import own_postgres
from tests.system.server import Server

ROWS = 50
CHILDREN = 200
PAGES = 40
ROUNDS = 3


@contextmanager
def _sides(folder: Path) -> Iterator[tuple[Queries, Queries, Reader, _Timed]]:
    """The hub's door, the town's own, somebody of the town, and what its releases take."""
    with ExitStack() as stack:
        postgres = stack.enter_context(own_postgres())
        stack.enter_context(environment(postgres.create()))
        data = folder / "data"
        initialise(data, Settings())
        hub = stack.enter_context(program(data, Settings()))
        hub.directory.add_organisations(DISTRICT)
        user = hub.directory.add_user("bench", TOWN, "未保站", Post.HANDLER)
        token = hub.directory.issue_token(user, datetime.now(UTC), timedelta(hours=2))
        for number in range(CHILDREN):
            send(hub, TOWN, "town.residence", resident(pupil(number)))
        hub.settle()
        file = folder / "organisation.pem"
        export_organisation(hub, TOWN, file, renew=False)
        service = Server(data, command="keyservice")
        stack.callback(service.stop)
        transport = HttpTransport(service.address)
        stack.callback(transport.close)
        timed = _Timed(transport)
        remote = Remote(OrganisationKeys.read(file), TOWN, timed)
        own = OwnViewQueries(
            hub.projector.view(Seat.TOWN),
            RemoteKeys(remote),
            hub.policies,
            RemoteDirectory(remote),
            SystemClock(),
        )
        reader = Reader(TOWN, Post.HANDLER.value, user.user, Purpose.CASEWORK, credential=token)
        yield hub.queries, own, reader, timed


@dataclass
class _Timed:
    """A transport that notes how long each release took: there, decided, written, and back."""

    transport: Transport
    took: list[float] = field(default_factory=list)

    def __call__(self, asking: bytes) -> bytes:
        begun = time.perf_counter()
        release = self.transport(asking)
        self.took.append((time.perf_counter() - begun) * 1000)
        return release


def _milliseconds(queries: Queries, reader: Reader) -> float:
    """The median of many pages, each of other children than the one before."""
    found = []
    after = None
    for _ in range(PAGES):
        begun = time.perf_counter()
        page = queries.children(reader, after=after, limit=ROWS)
        found.append((time.perf_counter() - begun) * 1000)
        if len(page.items) != ROWS or not all(len(each.fields) >= 5 for each in page.items):
            raise RuntimeError("not the page that is to be measured")
        after = page.next_cursor
        if isinstance(queries, OwnViewQueries):
            # Nothing is kept from one page to the next: every key is asked for.
            queries._keys._kept._items.clear()  # type: ignore[attr-defined]
    return statistics.median(found)


def measures(folder: Path) -> list[Measure]:
    """Milliseconds a page."""
    with _sides(folder) as (hub, own, reader, timed):
        _milliseconds(own, reader)
        timed.took.clear()
        pairs = [(_milliseconds(own, reader), _milliseconds(hub, reader)) for _ in range(ROUNDS)]
    # A page asks twice: what is open by now, and the keys.
    keys = statistics.median(timed.took[1::2])
    return [
        Measure(f"release of {ROWS} rows, asked and answered", keys, None, None, "ms", "< 30 ms"),
        Measure(
            f"a list page of {ROWS} children by releases, against the hub's own",
            statistics.median(a for a, _ in pairs),
            statistics.median(b for _, b in pairs),
            statistics.median(a / b for a, b in pairs),
            "ms",
            "",
        ),
    ]
