"""The outbox of agencies' feeds: what goes out to whom, densely numbered for each agency.

Entries are written in the transaction of what gave rise to them, under the area's one writing
lock; so numbers have no gap, none twice, and an entry is there exactly if its cause is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, insert, select, update

from hub.feeds.tables import AREA, FEEDS, OUTBOX
from hub.storage.sql import Storage


class Kind(StrEnum):
    """What a reader of a feed is told; the CloudEvents type."""

    FACT = "hub.feed.fact.v1"
    CLOSED = "hub.feed.closed.v1"
    RECEIPT = "hub.feed.receipt.v1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to tell. ``subject`` is the child's pseudonym (empty: nobody, and in a closing
    everything) or a receipt's message id; ``at`` an ISO instant; ``payload`` the body."""

    kind: Kind
    subject: str
    at: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry of an agency's outbox."""

    organisation: str
    sequence: int
    entry: Entry


def closing(organisation: str, child_ref: str | None, at: str) -> Entry:
    """The reader is to delete what it holds of a child; None: of everybody, and all else."""
    body = to_json({"organisation": organisation, "child_ref": child_ref})
    return Entry(Kind.CLOSED, child_ref or "", at, body)


def closed_child(payload: bytes) -> tuple[str, str | None]:
    """(organisation, child or None for everything) of a closing. Raises ValueError."""
    found = from_json(payload)
    try:
        organisation, child = found["organisation"], found["child_ref"]
    except (KeyError, TypeError):
        raise ValueError("no closing") from None
    if not isinstance(organisation, str) or not isinstance(child, str | None) or child == "":
        raise ValueError("no closing")
    return organisation, child


def append(connection: Connection, organisation: str, entries: Sequence[Entry]) -> int:
    """Number entries and put them in; gives the newest number. The transaction was begun as one
    that writes, and the organisation has a feed."""
    newest = connection.execute(
        select(FEEDS.c.sequence).where(FEEDS.c.organisation == organisation)
    ).scalar_one()
    if not entries:
        return int(newest)
    rows = [
        {
            "organisation": organisation,
            "sequence": number,
            "kind": entry.kind.value,
            "subject": entry.subject,
            "at": entry.at,
            "payload": entry.payload,
        }
        for number, entry in enumerate(entries, newest + 1)
    ]
    connection.execute(insert(OUTBOX), rows)
    newest += len(rows)
    connection.execute(
        update(FEEDS).where(FEEDS.c.organisation == organisation).values(sequence=newest)
    )
    return int(newest)


class FeedOutbox:
    """Reads the outbox, for the relay."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine = storage.engine(AREA, create=create)

    def newest(self) -> dict[str, int]:
        """The newest number of every agency that ever had a feed."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(FEEDS.c.organisation, FEEDS.c.sequence))
            return {row.organisation: row.sequence for row in rows}

    def after(self, organisation: str, sequence: int, limit: int) -> list[Numbered]:
        """An agency's entries that follow a number, in order."""
        with self._engine.begin() as connection:
            return after(connection, organisation, sequence, limit)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def after(connection: Connection, organisation: str, sequence: int, limit: int) -> list[Numbered]:
    """An agency's entries that follow a number, in order."""
    rows = connection.execute(
        select(OUTBOX)
        .where(OUTBOX.c.organisation == organisation, OUTBOX.c.sequence > sequence)
        .order_by(OUTBOX.c.sequence)
        .limit(limit)
    )
    return [
        Numbered(
            organisation,
            row.sequence,
            Entry(Kind(row.kind), row.subject, row.at, bytes(row.payload)),
        )
        for row in rows
    ]
