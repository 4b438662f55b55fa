"""The tables of one seat's view database. Views are versioned and rebuilt, never migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    JSON,
    ClauseElement,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy.dialects import sqlite

from hub.tables import as_json, sqlite_engine

VIEW_VERSION = 3
"""Raised whenever what a view holds changes: the file of the new version is built anew."""

META = MetaData()

PROGRESS = Table(
    "progress",
    META,
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
)

REACH = Table(
    "reach",
    META,
    Column("child_ref", String, primary_key=True),
    Column("responsible", String, nullable=False),
    Column("recorded", String, nullable=False),
    Column("authors", String, nullable=False),
    Column("tasks", String, nullable=False),
)

FACTS = Table(
    "facts",
    META,
    Column("organisation", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("child_ref", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("event_id", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("stored_topic", String, nullable=False),
    Column("category", String, nullable=False),
    Column("by", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("producer", String, nullable=False),
    Column("author", String, nullable=False),
    Column("legal_basis", String, nullable=False),
    Column("occurred_at", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("clear", JSON, nullable=False),
    Column("sealed", JSON, nullable=False),
    Index("facts_child", "organisation", "child_ref", "position"),
)


def _derived(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        META,
        Column("organisation", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("child_ref", String, nullable=False),
        *columns,
        Index(f"{name}_child", "organisation", "child_ref"),
    )


CHILDREN = _derived(
    "children",
    Column("birth_month", String),
    Column("town", String),
    Column("village", String),
    Column("school", String),
    Column("tier", String),
    Column("follow_up_until", String),
    Column("fields", JSON, nullable=False),
    Column("first_at", String, nullable=False),
    Column("last_at", String, nullable=False),
)
REFERRALS = _derived(
    "referrals",
    Column("kind", String),
    Column("matter", String),
    Column("sender", String),
    Column("addressee", String),
    Column("town", String),
    Column("case_id", String),
    Column("requested_at", String),
    Column("accept_by", String),
    Column("complete_by", String),
    Column("outcome", String),
    Column("state", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
DEADLINES = _derived(
    "deadlines",
    Column("subject_id", String),
    Column("kind", String),
    Column("matter", String),
    Column("owner", String),
    Column("town", String),
    Column("due_at", String),
    Column("late", Integer, nullable=False),
    Column("missed_at", String),
    Column("state", String, nullable=False),
)
OBLIGATIONS = _derived(
    "obligations",
    Column("kind", String),
    Column("owner", String),
    Column("town", String),
    Column("tier", String),
    Column("counted_from", String),
    Column("due_at", String),
    Column("missed_at", String),
    Column("met_on", String),
    Column("late", Integer, nullable=False),
    Column("state", String, nullable=False),
)
CASES = _derived(
    "cases",
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("acts", JSON, nullable=False),
)
REPORTS = _derived(
    "reports",
    Column("state", String, nullable=False),
    Column("decision", String),
    Column("town", String),
    Column("immediate_danger", Integer),
    Column("feedback_by", String),
    Column("filed_at", String, nullable=False),
    Column("filed_by", String, nullable=False),
    Column("named", String),
    Column("changed_at", String, nullable=False),
)
ADVICE = _derived(
    "advice",
    Column("state", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("addressee", String, nullable=False),
    Column("issued_on", String),
    Column("reply_by", String),
    Column("replied_on", String),
    Column("changed_at", String, nullable=False),
)
Index("referrals_due", REFERRALS.c.organisation, REFERRALS.c.state, REFERRALS.c.complete_by)
Index("obligations_due", OBLIGATIONS.c.organisation, OBLIGATIONS.c.state, OBLIGATIONS.c.due_at)
Index("deadlines_due", DEADLINES.c.organisation, DEADLINES.c.state, DEADLINES.c.due_at)

DERIVED: dict[str, Table] = {
    table.name: table
    for table in (CHILDREN, REFERRALS, DEADLINES, OBLIGATIONS, CASES, REPORTS, ADVICE)
}

DEAD_LETTERS = Table(
    "dead_letters",
    META,
    Column("position", Integer, primary_key=True),
    Column("ordering_key", String, nullable=False, index=True),
    Column("child_ref", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("error", String, nullable=False),
)
"""``error`` is the failure's class, or ``held`` for what waits behind a failure of the same
ordering key; never a message, which could carry a value."""


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, within the same transaction.

    What is asked for every fact and every row of a batch goes there as text that is made once:
    composing a statement anew costs several times what SQLite needs for it.
    """
    found = connection.connection.driver_connection
    if not isinstance(found, sqlite3.Connection):
        raise TypeError("views are kept by SQLite's own driver")
    return found


def _text(statement: ClauseElement) -> str:
    return str(statement.compile(dialect=sqlite.dialect()))


def _key(table: Table, *names: str) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(name) for name in names))


class Rows:
    """The rows of one table, by its key columns, as dictionaries."""

    def __init__(self, table: Table, *key: str) -> None:
        self._names = tuple(column.name for column in table.columns)
        self._json = tuple(c.name for c in table.columns if isinstance(c.type, JSON))
        self._select = _text(select(table).where(_key(table, *key)))
        self._replace = _text(insert(table).prefix_with("OR REPLACE"))

    def get(self, within: sqlite3.Connection, key: Sequence[str]) -> dict[str, Any] | None:
        """The row of a key, or None."""
        found = within.execute(self._select, key).fetchone()
        if found is None:
            return None
        row: dict[str, Any] = dict(zip(self._names, found, strict=True))
        for name in self._json:
            row[name] = from_json(row[name])
        return row

    def put(self, within: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows in the place of those with the same key."""
        within.executemany(
            self._replace,
            [
                tuple(as_json(row[n]) if n in self._json else row[n] for n in self._names)
                for row in rows
            ],
        )


REACH_ROWS = Rows(REACH, "child_ref")
DERIVED_ROWS: Mapping[str, Rows] = {
    name: Rows(table, "organisation", "id") for name, table in DERIVED.items()
}
FORGET = tuple(
    _text(delete(table).where(_key(table, "organisation", "child_ref")))
    for table in (FACTS, *DERIVED.values())
)
"""What an organisation's view holds about a child: (organisation, child)."""
INSERT_FACTS = _text(insert(FACTS))
SELECT_POSITION = _text(select(PROGRESS.c.position))
MOVE = _text(insert(PROGRESS).prefix_with("OR REPLACE"))
ANY_DEAD = f"SELECT 1 FROM {DEAD_LETTERS.name} LIMIT 1"  # noqa: S608


def open_database(path: Path) -> Engine:
    """An engine on one view file; its tables are made if they are missing."""
    engine = sqlite_engine(path)
    META.create_all(engine)
    return engine
