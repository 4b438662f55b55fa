"""What is asked for every fact and every row of a batch, straight to the database's driver.

Composing a statement anew costs several times what a database needs for it, so each is made once.
SQLite is asked row by row, which costs it next to nothing; PostgreSQL once for all rows of a
batch, because each question is a way there and back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import psycopg
from pydantic_core import from_json
from sqlalchemy import BigInteger, Connection, Integer, Table

from hub.storage.sql import as_json
from projections.tables import DEAD_LETTERS, DERIVED, FACTS, PROGRESS, REACH, JsonText

Key = tuple[str, ...]
Values = Mapping[str, Any]


class Rows(Protocol):
    """The rows of one table, by its key columns, as dictionaries."""

    def get(self, within: Any, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        """The rows of those keys that have one."""

    def put(self, within: Any, rows: Sequence[Values]) -> None:
        """Write rows, each key once, in the place of those with the same key."""

    def add(self, within: Any, rows: Sequence[Sequence[Any]]) -> None:
        """Write new rows; values in the order of the columns, JSON as text."""

    def forget(self, within: Any, keys: Sequence[Key]) -> None:
        """Delete every row with one of these values in the columns ``by``."""


class _Table:
    """What both kinds know of a table."""

    def __init__(self, table: Table, key: Sequence[str], by: Sequence[str]) -> None:
        self.name = table.name
        self.key = tuple(key)
        self.by = tuple(by)
        self.columns = tuple(column.name for column in table.columns)
        self.json = frozenset(c.name for c in table.columns if isinstance(c.type, JsonText))
        self.numbers = frozenset(
            c.name for c in table.columns if isinstance(c.type, Integer | BigInteger)
        )
        self.places = tuple(self.columns.index(name) for name in self.key)
        others = [name for name in self.columns if name not in self.key]
        self.insert = f"INSERT INTO {self.name} ({_list(self.columns)}) "
        self.replace = f" ON CONFLICT ({_list(self.key)}) DO UPDATE SET " + ", ".join(
            f"{_name(name)} = excluded.{_name(name)}" for name in others
        )

    def row(self, found: Sequence[Any]) -> tuple[Key, dict[str, Any]]:
        row: dict[str, Any] = dict(zip(self.columns, found, strict=True))
        for name in self.json:
            row[name] = from_json(row[name])
        return tuple(found[place] for place in self.places), row

    def values(self, row: Values) -> tuple[Any, ...]:
        return tuple(as_json(row[n]) if n in self.json else row[n] for n in self.columns)


class _SqliteRows(_Table):
    def __init__(self, table: Table, key: Sequence[str], by: Sequence[str]) -> None:
        super().__init__(table, key, by)
        marks = f"VALUES ({','.join('?' * len(self.columns))})"
        self._add = self.insert + marks
        self._put = self.insert + marks + self.replace
        self._get = f"SELECT {_list(self.columns)} FROM {self.name} WHERE {_equal(self.key)}"  # noqa: S608
        self._forget = f"DELETE FROM {self.name} WHERE {_equal(self.by)}"  # noqa: S608

    def get(self, within: sqlite3.Connection, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
        found = (within.execute(self._get, key).fetchone() for key in keys)
        return dict(self.row(each) for each in found if each is not None)

    def put(self, within: sqlite3.Connection, rows: Sequence[Values]) -> None:
        within.executemany(self._put, [self.values(row) for row in rows])

    def add(self, within: sqlite3.Connection, rows: Sequence[Sequence[Any]]) -> None:
        within.executemany(self._add, rows)

    def forget(self, within: sqlite3.Connection, keys: Sequence[Key]) -> None:
        within.executemany(self._forget, keys)


class _PostgresRows(_Table):
    """Many rows go as one JSON text, which costs less than an array for each column; new rows go
    by COPY, which costs less still."""

    def __init__(self, table: Table, key: Sequence[str], by: Sequence[str]) -> None:
        super().__init__(table, key, by)
        self._add = f"COPY {self.name} ({_list(self.columns)}) FROM STDIN"
        self._put = (
            f"{self.insert}SELECT {_list(self.columns)}"  # noqa: S608
            f" FROM json_to_recordset(%s::json) AS r ({self._typed(self.columns)}){self.replace}"
        )
        self._get = (
            f"SELECT {', '.join(f't.{_name(name)}' for name in self.columns)} FROM {self.name} t"  # noqa: S608
            f" JOIN json_to_recordset(%s::json) AS k ({self._typed(self.key)})"
            f" USING ({_list(self.key)})"
        )
        matching = " AND ".join(f"t.{_name(name)} = k.{_name(name)}" for name in self.by)
        self._forget = (
            f"DELETE FROM {self.name} t USING json_to_recordset(%s::json)"  # noqa: S608
            f" AS k ({self._typed(self.by)}) WHERE {matching}"
        )

    def _typed(self, columns: Sequence[str]) -> str:
        kinds = ("bigint" if name in self.numbers else "text" for name in columns)
        return ", ".join(f"{_name(name)} {kind}" for name, kind in zip(columns, kinds, strict=True))

    def get(
        self, within: psycopg.Connection[Any], keys: Iterable[Key]
    ) -> dict[Key, dict[str, Any]]:
        wanted = _records(self.key, keys)
        if not wanted:
            return {}
        return dict(map(self.row, within.execute(self._get, (as_json(wanted),), prepare=True)))

    def put(self, within: psycopg.Connection[Any], rows: Sequence[Values]) -> None:
        if rows:
            values = _records(self.columns, map(self.values, rows))
            within.execute(self._put, (as_json(values),), prepare=True)

    def values(self, row: Values) -> tuple[Any, ...]:
        # A yes or no is kept as a number; unlike SQLite, PostgreSQL tells them apart.
        return tuple(
            int(value) if isinstance(value, bool) else value for value in super().values(row)
        )

    def add(self, within: psycopg.Connection[Any], rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            with within.cursor() as cursor, cursor.copy(self._add) as copy:
                for row in rows:
                    copy.write_row(row)

    def forget(self, within: psycopg.Connection[Any], keys: Sequence[Key]) -> None:
        if keys:
            within.execute(self._forget, (as_json(_records(self.by, keys)),), prepare=True)


class Statements:
    """The statements of one kind of database."""

    def __init__(self, rows: type[_SqliteRows] | type[_PostgresRows]) -> None:
        def of(table: Table, *key: str) -> Rows:
            return rows(table, key, ("organisation", "child_ref"))

        self.reach: Rows = rows(REACH, ("child_ref",), ("child_ref",))
        self.progress: Rows = rows(PROGRESS, ("name",), ("name",))
        self.facts = of(FACTS, "organisation", "position")
        self.derived: Mapping[str, Rows] = {
            name: of(table, "organisation", "id") for name, table in DERIVED.items()
        }
        self.held: Sequence[Rows] = (self.facts, *self.derived.values())
        """Everything that a view holds about a child."""


ANY_DEAD = f"SELECT 1 FROM {DEAD_LETTERS.name} LIMIT 1"  # noqa: S608


@cache
def _statements(dialect: str) -> Statements:
    return Statements(_PostgresRows if dialect == "postgresql" else _SqliteRows)


def statements(connection: Connection) -> Statements:
    """The statements for a connection's database."""
    return _statements(connection.dialect.name)


def driver(connection: Connection) -> Any:
    """The driver's own connection, within the same transaction: sqlite3's or psycopg's."""
    found = connection.connection.driver_connection
    if not isinstance(found, sqlite3.Connection | psycopg.Connection):
        raise TypeError("views are kept by SQLite or PostgreSQL")
    return found


def _records(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _name(column: str) -> str:
    # "by" is a word of SQL.
    return f'"{column}"'


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(_name, columns))


def _equal(columns: Sequence[str]) -> str:
    return " AND ".join(f"{_name(column)} = ?" for column in columns)
