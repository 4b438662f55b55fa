"""Where views lie, and how one that was made anew takes the place of the old.

A view's commits do not wait for the disk: its rows and how far it has come are one transaction, so
that after a power cut it stands where it stood a moment ago, and goes on from there. What was
acknowledged lies in the log, whose commits do wait.

A view made anew stands beside the old one, which answers until the moment of the change. Nothing
but rows comes of a view, so that making one anew sends nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, event, text

from domain.organisations import Seat
from hub.storage.postgres import PostgresStorage, postgres_engine
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage, create_file, sqlite_engine
from projections.tables import META, PROGRESS, rebuild_schema, view_area


class ViewStorage(Protocol):
    """Opens views and puts new ones in the place of old ones."""

    alone: bool
    """Whether nobody may bring a view up to date while it is made anew."""

    def open(self, seat: Seat) -> Engine:
        """The view that answers."""

    def fresh(self, seat: Seat) -> Engine:
        """An empty one beside it."""

    def switch(self, seat: Seat, fresh: Engine, finish: Callable[[], object]) -> None:
        """Put the fresh one in its place. ``finish`` is called when nobody writes the old one any
        more: what the log still holds goes in then. Disposes of ``fresh``."""


class FolderViews:
    """A file per view. While one is made anew nobody else may have it open to write."""

    alone = True

    def __init__(self, storage: FolderStorage) -> None:
        self._storage = storage

    def path(self, seat: Seat) -> Path:
        """The file of a seat's view."""
        return self._storage.path(view_area(seat))

    def open(self, seat: Seat) -> Engine:
        """As :meth:`ViewStorage.open`."""
        create_file(self.path(seat))
        return sqlite_engine(self.path(seat), durable=False)

    def fresh(self, seat: Seat) -> Engine:
        """As :meth:`ViewStorage.fresh`."""
        path = self._beside(seat)
        _remove(path)
        create_file(path)
        return sqlite_engine(path, durable=False)

    def switch(self, seat: Seat, fresh: Engine, finish: Callable[[], object]) -> None:
        """As :meth:`ViewStorage.switch`."""
        finish()
        with fresh.connect() as connection:
            # The write-ahead log into the file, so that the file alone is the view.
            _raw(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        fresh.dispose()
        _remove(self.path(seat))
        self._beside(seat).replace(self.path(seat))

    def _beside(self, seat: Seat) -> Path:
        return self.path(seat).with_suffix(".rebuilding")


class PostgresViews:
    """A schema per view, and one beside it in which it is made anew. The old view goes on being
    brought up to date meanwhile."""

    alone = False

    def __init__(self, storage: PostgresStorage) -> None:
        self._server = storage.server

    def open(self, seat: Seat) -> Engine:
        """As :meth:`ViewStorage.open`. Who looks sees one state of the whole view, as in a file,
        and keeps it from being changed for another until the look is over."""
        area = view_area(seat)
        engine = postgres_engine(self._server, area.role, area.name, durable=False)
        event.listen(engine, "begin", _look)
        return engine

    def fresh(self, seat: Seat) -> Engine:
        """As :meth:`ViewStorage.fresh`."""
        role = view_area(seat).role
        engine = postgres_engine(self._server, role, rebuild_schema(seat), durable=False)
        with engine.begin() as connection:
            META.drop_all(connection)
        return engine

    def switch(self, seat: Seat, fresh: Engine, finish: Callable[[], object]) -> None:
        """As :meth:`ViewStorage.switch`: in one transaction, under the lock that every batch of
        the old view takes."""
        beside, place = rebuild_schema(seat), view_area(seat).name
        old = self.open(seat)
        try:
            with old.execution_options(writing=True).begin() as connection:
                finish()
                # Whoever looks has this one first: taking the tables one by one, the two would
                # wait for each other.
                connection.execute(
                    text(f'LOCK TABLE {place}."{PROGRESS.name}" IN ACCESS EXCLUSIVE MODE')
                )
                for table in reversed(META.sorted_tables):
                    connection.execute(text(f'DROP TABLE IF EXISTS {place}."{table.name}"'))
                for table in META.sorted_tables:
                    connection.execute(
                        text(f'ALTER TABLE {beside}."{table.name}" SET SCHEMA {place}')
                    )
        finally:
            old.dispose()
            fresh.dispose()


def _look(connection: Connection) -> None:
    if not connection.get_execution_options().get("writing", False):
        # The lock comes before the snapshot, which the first look at a table takes: from before
        # it, the tables that take the others' place would be those of the past.
        _raw(connection).execute(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;"
            f" LOCK TABLE {PROGRESS.name} IN ACCESS SHARE MODE"
        )


def view_storage(storage: Storage) -> ViewStorage:
    """Where the views of a storage lie."""
    if isinstance(storage, PostgresStorage):
        return PostgresViews(storage)
    if isinstance(storage, FolderStorage):
        return FolderViews(storage)
    raise TypeError("no views on this kind of storage")


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
