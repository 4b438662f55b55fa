"""The access log: who looked at which child, when, for what, on what basis.

An entry is written, durably, before anything is opened, and in the same transaction it becomes a
leaf of the Merkle tree over all of them: there is no entry without a leaf, and no moment at which
one could be taken out again unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from hub.audit import merkle
from hub.audit.merkle import Growing, TreeDamaged
from hub.audit.tables import AREA, FIELDS
from hub.audit.tree import StoredTree, Tree
from hub.storage.sql import Storage, Write


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


_NAMES = ", ".join(f'"{name}"' for name in FIELDS)
_values = attrgetter(*FIELDS)
"""An entry's fields. The library's own way copies each of them."""
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_INTO = f"access (seq, {_NAMES}, leaf)"


class AccessLog:
    """Append-only; safe for threads and for several processes."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._database = storage.database(
            AREA, AccessLogUnavailable, create=create, busy_timeout=30
        )
        self._edge: Growing | None = None

    def append(self, entries: Sequence[AccessEntry]) -> list[int]:
        """Write entries, and their leaves in the tree, in one transaction; gives the leaves.

        Raises AccessLogUnavailable: then open nothing. So it does when entries and tree do not
        fit each other any more, which only somebody behind the hub's back can bring about.
        """
        hashes = [leaf_hash(entry) for entry in entries]

        def rows(first: int) -> Write:
            numbered = enumerate(zip(entries, hashes, strict=True), start=first + 1)
            return _INTO, [(seq, *_values(entry), hash_) for seq, (entry, hash_) in numbered], ""

        try:
            with self._database.writing() as connection:
                edge = StoredTree(connection, Tree.ACCESS).grow(hashes, self._edge, rows)
        except TreeDamaged as error:
            raise AccessLogUnavailable("the access log and its tree do not agree") from error
        # Only now: what is not committed is nobody's edge.
        self._edge = edge
        return list(range(edge.size - len(hashes), edge.size))

    def of_child(self, child_ref: str, limit: int = 200) -> list[AccessEntry]:
        """The newest entries about one child, newest first."""
        return self._select("WHERE child_ref=? ORDER BY seq DESC LIMIT ?", (child_ref, limit))

    def every(self, child_ref: str) -> list[tuple[int, AccessEntry]]:
        """All entries about one child, each with its number, oldest first."""
        rows = self._database.rows(
            f"SELECT seq, {_NAMES} FROM access WHERE child_ref=? ORDER BY seq",  # noqa: S608
            (child_ref,),
        )
        return [(int(seq), AccessEntry(*fields)) for seq, *fields in rows]

    def newest(self, limit: int = 200) -> list[AccessEntry]:
        """The newest entries of all, newest first."""
        return self._select("ORDER BY seq DESC LIMIT ?", (limit,))

    def oldest(self, after: int = 0, limit: int = 1_000) -> list[tuple[int, AccessEntry]]:
        """Entries behind one, each with its number, in the order in which they were written."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT seq, {_NAMES} FROM access WHERE seq>? ORDER BY seq LIMIT ?",  # noqa: S608
                (after, limit),
            ).fetchall()
        return [(row[0], AccessEntry(*row[1:])) for row in rows]

    def count(self) -> int:
        """How many entries there are."""
        return int(self._database.single("SELECT COUNT(*) FROM access")[0])

    def check(self) -> None:
        """Raise AccessLogUnavailable if an entry could not be written now."""
        with self._database.writing():
            pass

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    def _select(self, tail: str, values: tuple[object, ...]) -> list[AccessEntry]:
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_NAMES} FROM access {tail}",  # noqa: S608
                values,
            ).fetchall()
        return [AccessEntry(*row) for row in rows]


def leaf_hash(entry: AccessEntry) -> bytes:
    """The RFC 6962 (§2.1) leaf hash of an entry's canonical JSON."""
    text = _encode(dict(zip(FIELDS, _values(entry), strict=True)))
    return merkle.leaf_hash(text.encode())
