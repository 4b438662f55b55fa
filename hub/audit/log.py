"""The access log: who looked at which child, when, for what, on what basis.

An entry is written, durably, before anything is opened. Each entry keeps its RFC 6962 leaf hash
(SHA-256 over 0x00 and the entry's bytes), so that the tree of the proofs can be laid over the
same rows.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One look. ``child_ref`` is the pseudonym, empty where none was found; ``categories`` are
    comma-separated; ``user`` is a pseudonym. No name, number or free text ever stands here."""

    at: str
    user: str
    post: str
    organisation: str
    child_ref: str
    categories: str
    action: str
    purpose: str
    legal_basis: str
    task: str
    policy_version: str


class AccessLogUnavailable(Exception):
    """The log cannot be written: nothing may be opened."""


_FIELDS = tuple(AccessEntry.__dataclass_fields__)


class AccessLog:
    """Append-only; one SQLite file, safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, check_same_thread=False, timeout=30, isolation_level=None
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS access (seq INTEGER PRIMARY KEY, "
            + ", ".join(f"{name} TEXT NOT NULL" for name in _FIELDS)
            + ", leaf BLOB NOT NULL)"
        )
        self._connection.execute("CREATE INDEX IF NOT EXISTS access_child ON access (child_ref)")

    def append(self, entries: Sequence[AccessEntry]) -> None:
        """Write entries in one transaction. Raises AccessLogUnavailable: then open nothing."""
        rows = [(*asdict(entry).values(), leaf_hash(entry)) for entry in entries]
        marks = ",".join("?" * (len(_FIELDS) + 1))
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(
                    f"INSERT INTO access ({','.join(_FIELDS)},leaf) VALUES ({marks})",  # noqa: S608
                    rows,
                )
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise AccessLogUnavailable from error

    def of_child(self, child_ref: str, limit: int = 200) -> list[AccessEntry]:
        """The newest entries about one child, newest first."""
        return self._select("WHERE child_ref=? ORDER BY seq DESC LIMIT ?", (child_ref, limit))

    def newest(self, limit: int = 200) -> list[AccessEntry]:
        """The newest entries of all, newest first."""
        return self._select("ORDER BY seq DESC LIMIT ?", (limit,))

    def count(self) -> int:
        """How many entries there are."""
        with self._lock:
            count: int = self._connection.execute("SELECT COUNT(*) FROM access").fetchone()[0]
            return count

    def check(self) -> None:
        """Raise AccessLogUnavailable if an entry could not be written now."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise AccessLogUnavailable from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _select(self, tail: str, values: tuple[object, ...]) -> list[AccessEntry]:
        with self._lock:
            rows = self._connection.execute(
                f"SELECT {','.join(_FIELDS)} FROM access {tail}",  # noqa: S608
                values,
            ).fetchall()
        return [AccessEntry(*row) for row in rows]


def leaf_hash(entry: AccessEntry) -> bytes:
    """The RFC 6962 (§2.1) leaf hash of an entry's canonical JSON."""
    text = json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode()).digest()
