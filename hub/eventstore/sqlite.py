"""The SQLite recorder: the library's, with our index and receipts in the append's transaction.

One file holds one application's events and nothing is ever deleted from it: SQLite would give
the identifier of a deleted last row to the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    IntegrityError,
    Notification,
    OperationalError,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from hub.eventstore.receipts import Receipt
from hub.eventstore.recorder import Append, Place, Recorder

_PART = 500
"""Bound values of one statement."""
_BEFORE_ALL, _AFTER_ALL = -1, (1 << 63) - 1
_STREAM = {
    desc: "SELECT originator_id, originator_version, topic, state FROM stored_events"  # noqa: S608
    " WHERE originator_id=? AND originator_version>? AND originator_version<=?"
    f" ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT ?"
    for desc in (False, True)
}
"""A stream's events, by whether the newest come first; no limit is -1."""


class HubSQLiteRecorder(SQLiteApplicationRecorder, Recorder):
    """Events, the index (subject, categories, position) and receipts, one transaction each."""

    def insert_together(self, appends: Sequence[Append]) -> list[list[int] | BaseException]:
        """As :meth:`Recorder.insert_together`: one transaction, a savepoint for each."""
        found: list[list[int] | BaseException] = []
        with self.datastore.transaction(commit=True) as c:
            for append in appends:
                c.execute("SAVEPOINT one")
                try:
                    found.append(list(self._insert(c, append)))
                except (IntegrityError, sqlite3.IntegrityError) as error:
                    c.execute("ROLLBACK TO one")
                    found.append(IntegrityError("something of this append is recorded already"))
                    found[-1].__cause__ = error  # type: ignore[union-attr]
                c.execute("RELEASE one")
        return found

    def _insert(self, c: SQLiteCursor, append: Append) -> Sequence[int]:
        positions = self._insert_events(c, append.events) or []
        c.executemany(
            "INSERT INTO event_index VALUES (?,?,?)",
            [
                (subject, position, categories)
                for (subject, categories), position in zip(append.index, positions, strict=True)
            ],
        )
        c.executemany(
            "INSERT INTO receipts VALUES (?,?,?,?,?,?,?,?,?)",
            append.receipt_rows(lambda ordinal: positions[ordinal - 1]),
        )
        return positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """As the library's."""
        stream = originator_id.hex if isinstance(originator_id, UUID) else originator_id
        asked = (
            stream,
            _BEFORE_ALL if gt is None else gt,
            _AFTER_ALL if lte is None else lte,
            -1 if limit is None else limit,
        )
        rows = self._read(_STREAM[desc], asked)
        return [
            StoredEvent(self.convert_originator_id(found), version, topic, state)
            for found, version, topic, state in rows
        ]

    def max_notification_id(self) -> int:
        """As the library's."""
        newest: int = self._read(self.select_max_notification_id_statement)[0][0]
        return newest

    def _read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of one statement: it is the transaction that it needs, and to begin and end
        one beside it would cost more than it does."""
        with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
            try:
                return c.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                raise OperationalError(error) from error
            except sqlite3.Error as error:
                raise PersistenceError(error) from error

    def latest_receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest revision of each key that has a receipt."""
        found: dict[bytes, Receipt] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _PART):
            part = wanted[start : start + _PART]
            rows = self._read(
                # Only question marks are put together; every value is bound.
                "SELECT * FROM receipts WHERE key IN ("  # noqa: S608
                + ",".join("?" * len(part))
                + ") ORDER BY key, revision",
                part,
            )
            for row in rows:
                receipt = Receipt.stored(row)
                found[receipt.key] = receipt
        return found

    def receipts_of(self, event_ids: Sequence[UUID]) -> list[Receipt]:
        """As :meth:`Recorder.receipts_of`."""
        found: list[Receipt] = []
        with self.datastore.transaction(commit=False) as c:
            for start in range(0, len(event_ids), _PART):
                part = [str(each) for each in event_ids[start : start + _PART]]
                c.execute(
                    "SELECT * FROM receipts WHERE event_id IN ("  # noqa: S608
                    + ",".join("?" * len(part))
                    + ")",
                    part,
                )
                found += map(Receipt.stored, c.fetchall())
        return found

    def receipt_by_number(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT * FROM receipts WHERE number=?", (number,))
            row = c.fetchone()
            return Receipt.stored(row) if row else None

    def receipt_counts(self) -> dict[tuple[str, str], int]:
        """How many records each organisation had accepted, by (organisation, kind)."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT organisation, kind, COUNT(DISTINCT key) FROM receipts "
                "GROUP BY organisation, kind"
            )
            return {(row[0], row[1]): row[2] for row in c.fetchall()}

    def history(self, subjects: Sequence[UUID], before: int, after: int = 0) -> list[Notification]:
        """As :meth:`Recorder.history`."""
        found: list[Notification] = []
        with self.datastore.transaction(commit=False) as c:
            for start in range(0, len(subjects), _PART):
                part = [str(subject) for subject in subjects[start : start + _PART]]
                c.execute(
                    "SELECT s.rowid AS id, s.* FROM event_index i "  # noqa: S608
                    "JOIN stored_events s ON s.rowid = i.position "
                    "WHERE i.position > ? AND i.position <= ? AND i.subject IN ("
                    + ",".join("?" * len(part))
                    + ")",
                    [after, before, *part],
                )
                found.extend(map(_notification, c.fetchall()))
        found.sort(key=lambda notification: notification.id)
        return found

    def events_at(self, places: Sequence[Place]) -> list[Notification]:
        """As :meth:`Recorder.events_at`."""
        found: list[Notification] = []
        wanted = list(dict.fromkeys(places))
        with self.datastore.transaction(commit=False) as c:
            for start in range(0, len(wanted), _PART // 2):
                part = wanted[start : start + _PART // 2]
                c.execute(
                    # CROSS JOIN keeps the order: each place is looked up in the log's own key.
                    "WITH e (stream, version) AS (VALUES "  # noqa: S608
                    + ",".join(["(?,?)"] * len(part))
                    + ") SELECT s.rowid AS id, s.* FROM e CROSS JOIN stored_events s "
                    "ON s.originator_id = e.stream AND s.originator_version = e.version",
                    [value for stream, version in part for value in (stream.hex, version)],
                )
                found.extend(map(_notification, c.fetchall()))
        found.sort(key=lambda notification: notification.id)
        return found

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


def _notification(row: sqlite3.Row) -> Notification:
    return Notification(
        id=row["id"],
        originator_id=UUID(row["originator_id"]),
        originator_version=row["originator_version"],
        topic=row["topic"],
        state=row["state"],
    )
