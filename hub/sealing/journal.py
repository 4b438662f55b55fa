"""The journal of sealings and openings: which steps of each are done, and the sealed record's data
keys, in two shares that are sealed to the two who hold them.

It holds pseudonyms, instants, and things sealed under keys of the entries' own: the document
number, the case number, the signed receipt. What the two gave back for an opening is under the
opening's own key, which is deleted when it ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    and_,
    cast,
    insert,
    select,
    update,
)

from hub.storage.areas import Area
from hub.storage.sql import Storage, put

_META = MetaData()
_SEALINGS = Table(
    "sealings",
    _META,
    Column("record", String, primary_key=True),
    Column("child", String, nullable=False, index=True),
    Column("entry", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("shares", JSON, nullable=False),
    Column("rotate_by", String),
    Column("receipt", LargeBinary),
)
"""``entry`` is the subject of the entry's own data key; ``shares`` are the record's data keys, by
who holds the share; ``steps`` says when each was done."""
_OPENINGS = Table(
    "openings",
    _META,
    Column("id", String, primary_key=True),
    Column("record", String, nullable=False, index=True),
    Column("entry", String, nullable=False),
    Column("case_number", LargeBinary, nullable=False),
    Column("given", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("rotate_by", String),
)
"""``given`` are the shares that came back, by who gave them, under the opening's own key."""
AREA = Area(
    name="sealing",
    file="sealing.sqlite",
    revision="0001",
    tables=_META,
    # That something was sealed, to whom its key went, and who had it opened, is never taken out.
    grants={"sealings": "SELECT, INSERT, UPDATE", "openings": "SELECT, INSERT, UPDATE"},
)


class SharesMissing(Exception):
    """A record's data keys are gone from the key store, and there are no shares of them."""


_NOTHING = "{}"


class Step(StrEnum):
    """The steps of a sealing, in their order; each may be done again."""

    VIEWS = "views"
    """Every view is past the fence, and holds nothing of the record."""
    ROWS = "rows"
    """The quarantined rows that were corrected into it are taken out."""
    INDEX = "index"
    """Nobody is found by what only it stated."""
    KEYS = "keys"
    """Its data keys are in two shares with the two who hold them, and out of the key store."""
    EPOCH = "epoch"
    """The survivors of its bucket have a new epoch key, and the old one is destroyed."""


class Ending(StrEnum):
    """The steps of an opening's end."""

    KEYS = "keys"
    """What the two gave back is without a key."""
    EPOCH = "epoch"
    """The epoch key that wrapped that one is destroyed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealing, as far as it has come."""

    record: UUID
    child: UUID
    entry: UUID
    document: bytes
    steps: dict[Step, datetime]
    shares: dict[str, str]
    rotate_by: datetime | None
    receipt: bytes | None


@dataclass(frozen=True, slots=True)
class OpeningEntry:
    """One opening."""

    id: UUID
    record: UUID
    entry: UUID
    case_number: bytes
    given: dict[str, str]
    steps: dict[Ending, datetime]
    rotate_by: datetime | None


class Journal:
    """The entries; safe for threads and for several processes: a step that two of them do at once
    keeps the first one's instant, and the first shares stay."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine: Engine = storage.engine(AREA, create=create)

    def begin(self, record: UUID, child: UUID, entry: UUID, document: bytes) -> None:
        """Enter a request; one that was refused before is entered anew, and one of which anything
        is done stays as it is."""
        row: dict[str, object] = {
            "record": str(record),
            "child": str(child),
            "entry": str(entry),
            "document": document,
            "steps": {},
            "shares": {},
            "rotate_by": None,
            "receipt": None,
        }
        with self._writing() as connection:
            put(
                connection,
                _SEALINGS,
                [row],
                and_(
                    cast(_SEALINGS.c.steps, String) == _NOTHING,
                    cast(_SEALINGS.c.shares, String) == _NOTHING,
                ),
            )

    def done(self, record: UUID, step: Step, at: datetime) -> None:
        """A step is done."""
        with self._writing() as connection:
            steps = connection.execute(
                select(_SEALINGS.c.steps).where(_SEALINGS.c.record == str(record)).with_for_update()
            ).scalar_one()
            connection.execute(
                update(_SEALINGS)
                .where(_SEALINGS.c.record == str(record))
                .values(steps={step.value: at.isoformat(), **steps})
            )

    def keep_shares(self, record: UUID, shares: Mapping[str, str]) -> None:
        """Keep the shares of the record's data keys, before the keys go; the first ones stay."""
        with self._writing() as connection:
            connection.execute(
                update(_SEALINGS)
                .where(
                    _SEALINGS.c.record == str(record),
                    cast(_SEALINGS.c.shares, String) == _NOTHING,
                )
                .values(shares=dict(shares))
            )

    def renew_share(self, record: UUID, holder: str, share: str) -> None:
        """A holder's share, sealed to its new key; of a record whose shares are gone it is none."""
        with self._writing() as connection:
            shares = connection.execute(
                select(_SEALINGS.c.shares)
                .where(_SEALINGS.c.record == str(record))
                .with_for_update()
            ).scalar_one()
            if holder in shares:
                self._set(connection, record, shares={**shares, holder: share})

    def forget_shares(self, record: UUID) -> None:
        """Let go of the shares: the child was erased, and nobody opens the record again."""
        with self._writing() as connection:
            self._set(connection, record, shares={})

    def rotate_by(self, record: UUID, at: datetime) -> None:
        """Until when the epoch key may live."""
        with self._writing() as connection:
            self._set(connection, record, rotate_by=at.isoformat())

    def keep_receipt(self, record: UUID, receipt: bytes) -> None:
        """Keep the sealed receipt; the first one stays."""
        with self._writing() as connection:
            connection.execute(
                update(_SEALINGS)
                .where(_SEALINGS.c.record == str(record), _SEALINGS.c.receipt.is_(None))
                .values(receipt=receipt)
            )

    def get(self, record: UUID) -> Entry | None:
        """One entry."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(_SEALINGS).where(_SEALINGS.c.record == str(record))
            ).first()
        return _entry(row) if row else None

    def all(self, *, unfinished: bool = False, child: UUID | None = None) -> list[Entry]:
        """Every entry, by pseudonym; ``unfinished``: those without a receipt; or a child's."""
        query = select(_SEALINGS).order_by(_SEALINGS.c.record)
        if unfinished:
            query = query.where(_SEALINGS.c.receipt.is_(None))
        if child is not None:
            query = query.where(_SEALINGS.c.child == str(child))
        with self._engine.begin() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def open_(self, opening: UUID, record: UUID, entry: UUID, case_number: bytes) -> None:
        """Enter a request for an opening."""
        row: dict[str, object] = {
            "id": str(opening),
            "record": str(record),
            "entry": str(entry),
            "case_number": case_number,
            "given": {},
            "steps": {},
        }
        with self._writing() as connection:
            connection.execute(insert(_OPENINGS).values(**row))

    def give(self, opening: UUID, holder: str, share: str) -> None:
        """Keep what a holder gave back for an opening."""
        with self._writing() as connection:
            given = connection.execute(
                select(_OPENINGS.c.given).where(_OPENINGS.c.id == str(opening)).with_for_update()
            ).scalar_one()
            self._change(connection, opening, given={**given, holder: share})

    def ending(self, opening: UUID, step: Ending, at: datetime) -> None:
        """A step of an opening's end is done."""
        with self._writing() as connection:
            steps = connection.execute(
                select(_OPENINGS.c.steps).where(_OPENINGS.c.id == str(opening)).with_for_update()
            ).scalar_one()
            values: dict[str, object] = {"steps": {step.value: at.isoformat(), **steps}}
            if step is Ending.KEYS:
                values["given"] = {}
            self._change(connection, opening, **values)

    def opening_rotates_by(self, opening: UUID, at: datetime) -> None:
        """Until when the epoch key that wrapped an opening's own key may live."""
        with self._writing() as connection:
            self._change(connection, opening, rotate_by=at.isoformat())

    def opening(self, opening: UUID) -> OpeningEntry | None:
        """One opening."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(_OPENINGS).where(_OPENINGS.c.id == str(opening))
            ).first()
        return _opening(row) if row else None

    def openings(self) -> list[OpeningEntry]:
        """Every opening, by pseudonym."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(_OPENINGS).order_by(_OPENINGS.c.id))
            return [_opening(row) for row in rows]

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _writing(self) -> Any:
        return self._engine.execution_options(writing=True).begin()

    @staticmethod
    def _set(connection: Any, record: UUID, **values: object) -> None:
        connection.execute(
            update(_SEALINGS).where(_SEALINGS.c.record == str(record)).values(**values)
        )

    @staticmethod
    def _change(connection: Any, opening: UUID, **values: object) -> None:
        connection.execute(update(_OPENINGS).where(_OPENINGS.c.id == str(opening)).values(**values))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        record=UUID(row.record),
        child=UUID(row.child),
        entry=UUID(row.entry),
        document=bytes(row.document),
        steps={Step(name): datetime.fromisoformat(at) for name, at in row.steps.items()},
        shares=dict(row.shares),
        rotate_by=datetime.fromisoformat(row.rotate_by) if row.rotate_by else None,
        receipt=bytes(row.receipt) if row.receipt is not None else None,
    )


def _opening(row: Row[Any]) -> OpeningEntry:
    return OpeningEntry(
        id=UUID(row.id),
        record=UUID(row.record),
        entry=UUID(row.entry),
        case_number=bytes(row.case_number),
        given=dict(row.given),
        steps={Ending(name): datetime.fromisoformat(at) for name, at in row.steps.items()},
        rotate_by=datetime.fromisoformat(row.rotate_by) if row.rotate_by else None,
    )
