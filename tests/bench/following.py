"""Catching up and rebuilding on PostgreSQL: our engine against the library's stock projection
runner, on one server and in turn. Each side reads the same number of events of the same content
and keeps one row for each; ours besides decides who may see it, folds the case and seals nothing
open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from domain.organisations import Seat
from hub.encryption.keystore import KeyStore
from hub.encryption.root import Argon2Cost, RootKeystore
from hub.eventstore.opening import open_recorder
from hub.policies import load_policies
from hub.storage.postgres import PostgresStorage
from projections.engine import SeatView
from projections.storage import PostgresViews
from tests.bench.measure import Measure, in_turn
from tests.bench.store import StockContact, stock_contact
from tests.bench.views import seeded
from tests.bench.writers import stock_settings
from tests.servers.postgres import PostgresServer, own_postgres

STOCK_EVENTS = 2_000
"""What the stock runner is given in a round: at its pace, some seconds."""


class _Rows(PostgresTrackingRecorder):
    """One row for each event, in the tracking's own transaction."""

    def __init__(self, datastore: Any, **options: Any) -> None:
        super().__init__(datastore, **options)
        table = Identifier(self.datastore.schema), Identifier("shown_contacts")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {}.{} (position bigint PRIMARY KEY, child text,"
                " organisation text, recorded_at text, name text, phone text)"
            ).format(*table)
        )
        self._insert = SQL("INSERT INTO {}.{} VALUES (%s, %s, %s, %s, %s, %s)").format(*table)

    def keep(self, event: StockContact, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking=tracking)
            cursor.execute(
                self._insert,
                (
                    tracking.notification_id,
                    str(event.child_ref),
                    event.organisation,
                    event.recorded_at.isoformat(),
                    event.guardian_name,
                    event.guardian_phone,
                ),
            )


class _Contacts(Projection[_Rows]):
    """The stock projection."""

    name = "contacts"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.keep(domain_event, tracking)


class _Stock(Application[UUID]):
    """The stock application."""

    name = "stock"


@contextmanager
def _stock(server: PostgresServer) -> Iterator[dict[str, str]]:
    settings = stock_settings(server)
    application = _Stock(settings)
    stream = uuid4()
    try:
        for first in range(1, STOCK_EVENTS + 1, 100):
            application.save(*(stock_contact(stream, n) for n in range(first, first + 100)))
    finally:
        application.close()
    yield settings


def _follow_stock(server: PostgresServer, settings: dict[str, str]) -> int:
    database = server.server(settings["POSTGRES_DBNAME"])
    with psycopg.connect(**database.parameters("hub_owner"), autocommit=True) as connection:
        for table in ("shown_contacts", "contacts_tracking", "notification_tracking"):
            connection.execute(SQL("DROP TABLE IF EXISTS stock.{}").format(Identifier(table)))
    with ProjectionRunner(
        application_class=_Stock, projection_class=_Contacts, view_class=_Rows, env=settings
    ) as runner:
        runner.wait(STOCK_EVENTS, timeout=120)
    return STOCK_EVENTS


def measures(folder: Path) -> list[Measure]:
    """A school's view from an empty one: 10,000 events, one organisation each."""
    with own_postgres() as server, ExitStack() as stack:
        stock = stack.enter_context(_stock(server))
        storage = PostgresStorage(server.create())
        root = RootKeystore.create(folder / "root", "bench", Argon2Cost(8 * 1024, 1, 1))
        keys = KeyStore(storage, root)
        stack.callback(keys.close)
        store = seeded(open_recorder(storage), keys, six=False)
        stack.callback(store.close)
        views, policy = PostgresViews(storage), load_policies().access

        def ours() -> int:
            engine = views.fresh(Seat.SCHOOL)
            try:
                SeatView(Seat.SCHOOL, engine, policy).catch_up(store)
            finally:
                engine.dispose()
            return store.position

        # Once before anything is timed: statements are made, pages are read.
        ours()
        time.sleep(0.5)
        return [
            in_turn(
                "PostgreSQL catch-up, one organisation an event, against the stock runner",
                ours,
                lambda: _follow_stock(server, stock),
                unit="events/s",
                aim="≥ 20",
                rounds=3,
            )
        ]
