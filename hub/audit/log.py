"""The access log: who looked at which child, when, for what, on what basis.

An entry is written, durably, before anything is opened. Each entry keeps its RFC 6962 leaf hash
(SHA-256 over 0x00 and the entry's bytes), so that the tree of the proofs can be laid over the
same rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from hub.storage.areas import Area
from hub.storage.sql import Storage


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


_META = MetaData()
Table(
    "access",
    _META,
    # Of the server's own numbering: nobody else may number an entry.
    Column(
        "seq", BigInteger().with_variant(Integer, "sqlite"), Identity(always=True), primary_key=True
    ),
    *(Column(name, Text, nullable=False) for name in _FIELDS),
    Column("leaf", LargeBinary, nullable=False),
    Index("access_child", "child_ref"),
)
AREA = Area(
    name="audit",
    file="audit.sqlite",
    revision="0001",
    tables=_META,
    # Written and read; never changed, never taken out.
    grants={"access": "SELECT, INSERT"},
)
_NAMES = ", ".join(f'"{name}"' for name in _FIELDS)
_INSERT = f"INSERT INTO access ({_NAMES}, leaf) VALUES ({','.join('?' * (len(_FIELDS) + 1))})"  # noqa: S608


class AccessLog:
    """Append-only; safe for threads and for several processes."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._database = storage.database(
            AREA, AccessLogUnavailable, create=create, busy_timeout=30
        )

    def append(self, entries: Sequence[AccessEntry]) -> None:
        """Write entries in one transaction. Raises AccessLogUnavailable: then open nothing."""
        rows = [(*asdict(entry).values(), leaf_hash(entry)) for entry in entries]
        with self._database.writing() as connection:
            connection.executemany(_INSERT, rows)

    def of_child(self, child_ref: str, limit: int = 200) -> list[AccessEntry]:
        """The newest entries about one child, newest first."""
        return self._select("WHERE child_ref=? ORDER BY seq DESC LIMIT ?", (child_ref, limit))

    def newest(self, limit: int = 200) -> list[AccessEntry]:
        """The newest entries of all, newest first."""
        return self._select("ORDER BY seq DESC LIMIT ?", (limit,))

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
    text = json.dumps(asdict(entry), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode()).digest()
