"""Statements straight to the database's driver, the same for SQLite and PostgreSQL.

Values are marked by ``?``. What is written here in SQL runs many times a second; everything else
goes through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol, TypeVar

import sqlalchemy
from pydantic_core import to_json
from sqlalchemy import Engine, MetaData, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlalchemy.sql.schema import Table

from hub.storage.areas import Area

Row = tuple[Any, ...]
T = TypeVar("T")
Look = tuple[str, Sequence[Any]]
Write = tuple[str, Sequence[Row], str]


SIZES = (1, 4, 16, 64, 256, 1024)
"""How many values a list in a statement has: a few lengths, so that a statement that was prepared
is used again."""


def padded(values: Sequence[T]) -> list[T]:
    """The values as a list of one of :data:`SIZES`, the last one repeated; at least one and at
    most the largest size."""
    if not values:
        raise ValueError("a list in a statement holds something")
    size = next(size for size in SIZES if size >= len(values))
    return [*values, *[values[-1]] * (size - len(values))]


@cache
def marks(width: int, count: int = 0) -> str:
    """Marks for ``width`` values; for ``count`` rows of that width where one is given."""
    row = f"({', '.join('?' * width)})"
    return ", ".join([row] * count) if count else row


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values in parts that :func:`padded` takes."""
    for start in range(0, len(values), SIZES[-1]):
        yield values[start : start + SIZES[-1]]


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
    def insert(self, into: str, rows: Sequence[Row], otherwise: str = "", /) -> int:
        """Insert rows of one width into a table at once: ``into`` is its name (with columns or
        without), ``otherwise`` what to do on a conflict. Gives how many went in."""

    def insert_each(self, writes: Sequence[Write], /) -> list[int]:
        """As :meth:`insert`, into several tables in one trip to the server."""


class Guard(Protocol):
    """What :meth:`Database.guarded` gives."""

    @property
    def connection(self) -> Connection:
        """The transaction."""

    def hold(self, names: Iterable[str], looks: Sequence[Look] = ()) -> list[list[Row]]:
        """Nobody else holds one of these names from now on until the block ends. What was
        written under one of them before is seen from now on; gives the rows of ``looks``, which
        are statements with their values."""

    def commit(self, writes: Sequence[Write] = ()) -> list[int]:
        """Write these (table, rows, what to do on a conflict) and keep all that was written;
        gives how many rows of each went in. It is durable at the latest when a later commit on
        the same server is; on a file, at once. Nothing more is written after it."""


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

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a statement, outside any transaction of its own: one consistent look."""

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


def create_missing(connection: sqlalchemy.Connection, tables: MetaData) -> None:
    """Make the tables that are not there yet, with their indexes, in the schema that the
    connection works in."""
    there = set(inspect(connection).get_table_names())
    for table in tables.sorted_tables:
        if table.name not in there:
            for statement in _creating(table, connection.dialect.name):
                connection.exec_driver_sql(statement)


@cache
def _creating(table: Table, dialect: str) -> tuple[str, ...]:
    """Written once: a district's views have the same tables each, and most are new on one day."""
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    made: list[ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
    written = _DIALECTS[dialect].dialect()
    return tuple(str(each.compile(dialect=written)) for each in made)


_DIALECTS = {"postgresql": postgresql, "sqlite": sqlite}


def upsert(where: Engine | sqlalchemy.Connection, table: Table) -> Any:
    """``INSERT`` that can say ``on_conflict_do_update``, in the database's own dialect."""
    if where.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def put(
    connection: sqlalchemy.Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    where: sqlalchemy.ColumnElement[bool] | None = None,
) -> None:
    """Write rows in the place of those with the same primary key; ``where`` says which of those
    may be written over, the others stay."""
    dialect = connection.dialect.name
    # Composing it costs more than what it does; one with a condition is made each time.
    statement = _putting(table, dialect) if where is None else _replacing(table, dialect, where)
    connection.execute(statement, list(rows))


def _replacing(
    table: Table, dialect: str, where: sqlalchemy.ColumnElement[bool] | None = None
) -> Any:
    key = [column.name for column in table.primary_key]
    statement = _DIALECTS[dialect].insert(table)
    others = {each.name: statement.excluded[each.name] for each in table.columns}
    for name in key:
        del others[name]
    return statement.on_conflict_do_update(index_elements=key, set_=others, where=where)


@cache
def _putting(table: Table, dialect: str) -> Any:
    return _replacing(table, dialect)
