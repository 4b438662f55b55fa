"""The SQLite recorder: the library's, with our index and receipts in the append's transaction.

One file holds one application's events and nothing is ever deleted from it: SQLite would give
the identifier of a deleted last row to the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from hub.eventstore.receipts import IndexRow, NewReceipt, Receipt
from hub.eventstore.recorder import Recorder


class HubSQLiteRecorder(SQLiteApplicationRecorder, Recorder):
    """Events, the index (subject, categories, position) and receipts, one transaction each."""

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        index: Sequence[IndexRow] = (),
        receipts: Sequence[tuple[NewReceipt, int, UUID | None, str]] = (),
        **kwargs: Any,
    ) -> Sequence[int] | None:
        """``index`` has one row per event; each receipt comes with the number of events of this
        append that belong up to and including it, its last event's id, and the instant."""
        positions = super()._insert_events(c, stored_events, **kwargs) or []
        c.executemany(
            "INSERT INTO event_index VALUES (?,?,?)",
            [
                (subject, position, categories)
                for (subject, categories), position in zip(index, positions, strict=True)
            ],
        )
        c.executemany(
            "INSERT INTO receipts VALUES (?,?,?,?,?,?,?,?,?)",
            [
                (
                    receipt.key,
                    receipt.revision,
                    receipt.content,
                    receipt.number,
                    receipt.organisation,
                    receipt.kind,
                    positions[count - 1] if count and event_id is not None else 0,
                    str(event_id) if event_id else None,
                    recorded_at,
                )
                for receipt, count, event_id, recorded_at in receipts
            ],
        )
        return positions

    def latest_receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest revision of each key that has a receipt."""
        found: dict[bytes, Receipt] = {}
        wanted = list(keys)
        with self.datastore.transaction(commit=False) as c:
            for start in range(0, len(wanted), 500):
                part = wanted[start : start + 500]
                c.execute(
                    # Only question marks are put together; every value is bound.
                    "SELECT * FROM receipts WHERE key IN ("  # noqa: S608
                    + ",".join("?" * len(part))
                    + ") ORDER BY key, revision",
                    part,
                )
                for row in c.fetchall():
                    receipt = _receipt(row)
                    found[receipt.key] = receipt
        return found

    def receipt_by_number(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""
        with self.datastore.transaction(commit=False) as c:
            c.execute("SELECT * FROM receipts WHERE number=?", (number,))
            row = c.fetchone()
            return _receipt(row) if row else None

    def receipt_counts(self) -> dict[tuple[str, str], int]:
        """How many records each organisation had accepted, by (organisation, kind)."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                "SELECT organisation, kind, COUNT(DISTINCT key) FROM receipts "
                "GROUP BY organisation, kind"
            )
            return {(row[0], row[1]): row[2] for row in c.fetchall()}

    def history(self, subjects: Sequence[UUID], before: int) -> list[Notification]:
        """Every event of these subjects up to and including position ``before``, in order."""
        found: list[Notification] = []
        with self.datastore.transaction(commit=False) as c:
            for start in range(0, len(subjects), 500):
                part = [str(subject) for subject in subjects[start : start + 500]]
                c.execute(
                    "SELECT s.rowid AS id, s.* FROM event_index i "  # noqa: S608
                    "JOIN stored_events s ON s.rowid = i.position "
                    "WHERE i.position <= ? AND i.subject IN (" + ",".join("?" * len(part)) + ")",
                    [before, *part],
                )
                found.extend(
                    Notification(
                        id=row["id"],
                        originator_id=UUID(row["originator_id"]),
                        originator_version=row["originator_version"],
                        topic=row["topic"],
                        state=row["state"],
                    )
                    for row in c.fetchall()
                )
        found.sort(key=lambda notification: notification.id)
        return found

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


def _receipt(row: sqlite3.Row) -> Receipt:
    return Receipt(
        key=row["key"],
        revision=row["revision"],
        content=row["content"],
        number=row["number"],
        organisation=row["organisation"],
        kind=row["kind"],
        position=row["position"],
        event_id=UUID(row["event_id"]) if row["event_id"] else None,
        recorded_at=row["recorded_at"],
    )
