"""The journal of erasures: which steps of each are done, so that one that was broken off goes on.

It holds pseudonyms, instants, and two things sealed under a key of the entry's own: the document
number of the request and the signed receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    cast,
    insert,
    select,
    update,
)

from hub.storage.areas import Area
from hub.storage.sql import Storage, put

_META = MetaData()
_ERASURES = Table(
    "erasures",
    _META,
    Column("child", String, primary_key=True),
    Column("record", String, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("rotate_by", String),
    Column("receipt", LargeBinary),
)
"""``record`` is the subject of the entry's own data key; ``rows`` are the quarantined rows about
the child; ``steps`` says when each was done; until ``rotate_by`` the epoch key may live."""
_RUNS = Table(
    "retention_runs",
    _META,
    Column("id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("user", String, nullable=False),
    Column("policy_version", String, nullable=False),
    Column("report", JSON, nullable=False),
)
"""What each run of the retention job did, and what it skipped and why."""
AREA = Area(
    name="erasure",
    file="erasure.sqlite",
    revision="0002",
    tables=_META,
    # That something was erased, and how far it has come, is never taken out.
    grants={"erasures": "SELECT, INSERT, UPDATE", "retention_runs": "SELECT, INSERT"},
)


class Step(StrEnum):
    """The steps of an erasure, in their order; each may be done again."""

    ROWS = "rows"
    """The quarantined rows about the child are emptied."""
    FENCE = "fence"
    """No data key of the child is minted or given out any more, in any process."""
    KEYS = "keys"
    """The data keys are deleted."""
    INDEX = "index"
    """The child is found by its name and number no more."""
    EPOCH = "epoch"
    """The survivors of its bucket have a new epoch key, and the old one is destroyed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure, as far as it has come."""

    child: UUID
    record: UUID
    document: bytes
    rows: tuple[UUID, ...]
    steps: dict[Step, datetime]
    rotate_by: datetime | None
    receipt: bytes | None


class Journal:
    """The entries, by child; safe for threads and for several processes: a step that two of them
    do at once keeps the first one's instant."""

    def __init__(self, storage: Storage, *, create: bool = False) -> None:
        self._engine: Engine = storage.engine(AREA, create=create)

    def begin(self, child: UUID, record: UUID, document: bytes) -> None:
        """Enter a request; one that was refused before is entered anew, and one of which anything
        is done stays as it is."""
        row: dict[str, object] = {
            "child": str(child),
            "record": str(record),
            "document": document,
            "rows": [],
            "steps": {},
            "rotate_by": None,
            "receipt": None,
        }
        with self._engine.execution_options(writing=True).begin() as connection:
            put(connection, _ERASURES, [row], cast(_ERASURES.c.steps, String) == "{}")

    def prepare(self, child: UUID, rows: Iterable[UUID]) -> None:
        """Keep what is to be erased beside the child's own, before its keys are gone."""
        self._set(child, rows=sorted(str(each) for each in rows))

    def done(self, child: UUID, step: Step, at: datetime) -> None:
        """A step is done."""
        with self._engine.execution_options(writing=True).begin() as connection:
            steps = connection.execute(
                select(_ERASURES.c.steps).where(_ERASURES.c.child == str(child)).with_for_update()
            ).scalar_one()
            connection.execute(
                update(_ERASURES)
                .where(_ERASURES.c.child == str(child))
                .values(steps={step.value: at.isoformat(), **steps})
            )

    def rotate_by(self, child: UUID, at: datetime) -> None:
        """Until when the epoch key may live."""
        self._set(child, rotate_by=at.isoformat())

    def keep_receipt(self, child: UUID, receipt: bytes) -> None:
        """Keep the sealed receipt; the first one stays."""
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(
                update(_ERASURES)
                .where(_ERASURES.c.child == str(child), _ERASURES.c.receipt.is_(None))
                .values(receipt=receipt)
            )

    def get(self, child: UUID) -> Entry | None:
        """One entry."""
        query = select(_ERASURES).where(_ERASURES.c.child == str(child))
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
        return _entry(row) if row else None

    def all(self, *, unfinished: bool = False) -> list[Entry]:
        """Every entry, by pseudonym; ``unfinished``: those that have no receipt."""
        query = select(_ERASURES).order_by(_ERASURES.c.child)
        if unfinished:
            query = query.where(_ERASURES.c.receipt.is_(None))
        with self._engine.begin() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def keep_run(
        self, run: UUID, at: datetime, user: str, policy_version: str, report: Mapping[str, object]
    ) -> None:
        """Keep the report of a run of the retention job."""
        row = {
            "id": str(run),
            "at": at.isoformat(),
            "user": user,
            "policy_version": policy_version,
            "report": dict(report),
        }
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(insert(_RUNS).values(**row))

    def runs(self) -> list[dict[str, Any]]:
        """The reports of all runs, oldest first."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(_RUNS).order_by(_RUNS.c.at, _RUNS.c.id))
            return [dict(row) for row in rows.mappings()]

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _set(self, child: UUID, **values: object) -> None:
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(
                update(_ERASURES).where(_ERASURES.c.child == str(child)).values(**values)
            )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        child=UUID(row.child),
        record=UUID(row.record),
        document=bytes(row.document),
        rows=tuple(map(UUID, row.rows)),
        steps={Step(name): datetime.fromisoformat(at) for name, at in row.steps.items()},
        rotate_by=datetime.fromisoformat(row.rotate_by) if row.rotate_by else None,
        receipt=bytes(row.receipt) if row.receipt is not None else None,
    )
