"""An agency's own worker: its view from its feed, with no store, no policy and no key of the hub.

The feed says what the agency may see and what it has to delete; the rows are the hub's own, by the
same folds, in the same tables. Where the worker stands (the offset, and the feed's own number) is
kept in the transaction of the rows.

Receipts of records that the agency sent are kept sealed as they come; the agency's private key
opens them when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from hub.eventstore.partitions import BEGINNING, Place
from hub.feeds.outbox import Kind, closed_child
from hub.storage.sql import create_missing
from projections.folds import Shown
from projections.rows import ViewRows
from projections.statements import driver, statements
from projections.tables import DERIVED, FACTS, META, PROGRESS

_FEED = "feed"
"""The name of the row of progress."""
_FIELDS = tuple(each.name for each in fields(Shown))
_TEXTS = frozenset(_FIELDS) - {"position", "version", "clear", "sealed"}

_RECEIPTS = MetaData()
RECEIPTS = Table(
    "receipts",
    _RECEIPTS,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", String, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)


class Item(Protocol):
    """One message of a feed."""

    @property
    def sequence(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def subject(self) -> str: ...
    @property
    def payload(self) -> bytes: ...


class FeedLog(Protocol):
    """A reader of an agency's feed."""

    def poll(self, seconds: float) -> tuple[Sequence[Item], int] | None:
        """What comes next, with the offset behind it; None where nothing came."""

    def seek(self, place: Place) -> None:
        """Go on from a place."""


class FeedGap(Exception):
    """A number of the feed is missing: nothing behind it is taken in, for the view would be
    wrong without anybody seeing it."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found


class FeedRefused(Exception):
    """A message of the feed that cannot be taken in; says which and never what it holds."""

    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(f"{sequence}: {reason}")
        self.sequence = sequence


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """The hub's answer to a record, sealed to the agency."""

    sequence: int
    message_id: str
    token: bytes


class FeedFollower:
    """Takes an agency's feed into its view."""

    def __init__(self, organisation: str, engine: Engine) -> None:
        """``engine`` is the view's database; its tables are made where they are missing."""
        self.organisation = organisation
        self.engine = engine
        self._rows = ViewRows()
        with engine.execution_options(writing=True).begin() as connection:
            create_missing(connection, META)
            create_missing(connection, _RECEIPTS)

    @property
    def place(self) -> Place:
        """Where to go on: the offset, and the number up to which everything was taken in."""
        with self.engine.begin() as connection:
            return _place(connection)

    def step(self, log: FeedLog, seconds: float) -> int:
        """Take in what comes next, waiting up to ``seconds`` for it; gives how many messages were
        new. After a failure the reader stands where the view does.

        Raises :class:`FeedGap`, :class:`FeedRefused`, and what the reader raises.
        """
        try:
            found = log.poll(seconds)
            if found is None:
                return 0
            return self.take_in(*found)
        except Exception:
            log.seek(self.place)
            raise

    def take_in(self, items: Sequence[Item], offset: int) -> int:
        """Take messages in, in one transaction with the ``offset`` behind them. Those that were
        taken in before are left out. Gives how many were not."""
        with self.engine.execution_options(writing=True).begin() as connection:
            before = _place(connection)
            fresh = []
            newest = before.position
            for item in items:
                if item.sequence <= newest:
                    continue
                if item.sequence != newest + 1:
                    raise FeedGap(newest + 1, item.sequence)
                fresh.append(item)
                newest = item.sequence
            self._write(connection, fresh)
            row = {
                "name": _FEED,
                "position": newest,
                "offset": max(offset, before.offset),
            }
            statements(connection).progress.put(driver(connection), [row])
        return len(fresh)

    def _write(self, within: Connection, items: Sequence[Item]) -> None:
        facts: list[Shown] = []
        for item in items:
            if item.kind is Kind.FACT:
                facts.append(self._fact(item))
                continue
            if item.kind is Kind.CLOSED:
                self._rows.put(within, [], facts, [])
                facts = []
                self._close(within, item)
            else:
                within.execute(
                    insert(RECEIPTS).values(
                        sequence=item.sequence, message_id=item.subject, sealed=item.payload
                    )
                )
        self._rows.put(within, [], facts, [])

    def _fact(self, item: Item) -> Shown:
        try:
            found: dict[str, Any] = from_json(item.payload)
            values = {name: found[name] for name in _FIELDS}
        except (ValueError, KeyError, TypeError):
            raise FeedRefused(item.sequence, "no fact") from None
        right = (
            all(isinstance(values[name], str) for name in _TEXTS)
            and all(isinstance(values[name], int) for name in ("position", "version"))
            and all(isinstance(values[name], dict) for name in ("clear", "sealed"))
        )
        if not right:
            raise FeedRefused(item.sequence, "no fact")
        if values["organisation"] != self.organisation:
            raise FeedRefused(item.sequence, "another organisation's")
        return Shown(**values)

    def _close(self, within: Connection, item: Item) -> None:
        try:
            organisation, child = closed_child(item.payload)
        except ValueError:
            raise FeedRefused(item.sequence, "no closing") from None
        if organisation != self.organisation:
            raise FeedRefused(item.sequence, "another organisation's")
        if child is not None:
            self._rows.put(within, [(organisation, child)], [], [])
            return
        for table in (FACTS, *DERIVED.values()):
            within.execute(table.delete().where(table.c.organisation == organisation))

    def receipts(self, after: int = 0) -> list[SealedReceipt]:
        """The hub's answers that follow a number, in order."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(RECEIPTS).where(RECEIPTS.c.sequence > after).order_by(RECEIPTS.c.sequence)
            )
            return [SealedReceipt(row.sequence, row.message_id, bytes(row.sealed)) for row in rows]

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def _place(connection: Connection) -> Place:
    row = connection.execute(select(PROGRESS).where(PROGRESS.c.name == _FEED)).first()
    return BEGINNING if row is None else Place(row.offset, row.position)
