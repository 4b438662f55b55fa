"""Statements straight to the database's driver, the same for SQLite and PostgreSQL.

Values are marked by ``?``. What is written here in SQL runs many times a second; everything else
goes through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy
from pydantic_core import to_json
from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import Table

from hub.storage.areas import Area

Row = tuple[Any, ...]


def as_json(value: Any) -> str:
    """The text of a JSON column; several times as fast as the standard library."""
    return to_json(value).decode()


class Result(Protocol):
    """The rows of a statement."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    @property
    def rowcount(self) -> int: ...


class Connection(Protocol):
    """One transaction's connection."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Result: ...
    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> object: ...


class Guard(Protocol):
    """What :meth:`Database.guarded` gives."""

    @property
    def connection(self) -> Connection:
        """The transaction."""

    def hold(self, names: Iterable[str]) -> None:
        """Nobody else holds one of these names from now on until the block ends. What was
        written under one of them before is seen from now on."""

    def commit(self) -> None:
        """Keep what was written. It is durable at the latest when a later commit on the same
        server is; on a file, at once. Nothing more is written after it."""


class Database(Protocol):
    """One area, for statements of one's own. Errors come out as the exception type that it was
    opened with: an unreadable store is never mistaken for an empty one."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent snapshot; inside :meth:`writing` on the same thread, that transaction."""

    def writing(self, *, durable: bool = True) -> AbstractContextManager[Connection]:
        """One transaction that nobody else's writing runs beside, so that what it read is still
        so when it writes. Committed at the end, rolled back on any exception. Not ``durable``:
        as :meth:`Guard.commit`, for what matters only together with what is committed later."""

    def single(self, statement: str, values: Sequence[Any] = ()) -> Row:
        """The one row of a statement, outside any transaction of its own."""

    def guarded(self, *, alone: bool) -> AbstractContextManager[Guard]:
        """A transaction and what must stay undisturbed for longer than it lasts, until the block
        ends. ``alone``: one at a time, over all threads and processes. Otherwise side by side
        with others that hold other names, where the database can tell them apart. Waits up to
        the busy timeout; a process that dies lets go."""

    def wipe_deleted(self, *tables: str) -> bool:
        """Get rid of what deleted rows left behind, as far as the database can; False when a
        reader in another process still holds part of it."""

    def vacuum(self) -> None:
        """Rewrite the database without free pages."""

    def close(self) -> None:
        """Close this process's connections."""


class Storage(Protocol):
    """Gives each area's tables. Opening raises :class:`StorageBehind` for an old version."""

    def database(
        self,
        area: Area,
        unavailable: type[Exception],
        *,
        create: bool = False,
        busy_timeout: float = 10.0,
    ) -> Database: ...
    def engine(self, area: Area, *, create: bool = False) -> Engine: ...


def upsert(where: Engine | sqlalchemy.Connection, table: Table) -> Any:
    """``INSERT`` that can say ``on_conflict_do_update``, in the database's own dialect."""
    if where.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def put(connection: sqlalchemy.Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows in the place of those with the same primary key."""
    key = [column.name for column in table.primary_key]
    statement = upsert(connection, table)
    others = {each.name: statement.excluded[each.name] for each in table.columns}
    for name in key:
        del others[name]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=others), list(rows))
