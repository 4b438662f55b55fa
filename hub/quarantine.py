"""The quarantine (待更正): rows that were refused, sealed, until somebody corrects them; and which
sheets were sent, in numbers.

A row's identifier is an HMAC of its sender, kind and content, so that the same bad row sent
twice lies here once.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from domain.faults import Fault
from hub.encryption.records import RecordSealer
from hub.storage.areas import Area
from hub.storage.sql import Storage, upsert

_META = MetaData()
_ROWS = Table(
    "quarantine",
    _META,
    Column("id", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("codes", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("receipt", String),
    Column("sealed", LargeBinary, nullable=False),
)
_SHEETS = Table(
    "sheets",
    _META,
    Column("id", String, primary_key=True),
    Column("organisation", String, nullable=False, index=True),
    Column("user", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("repeated", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
)
AREA = Area(
    name="quarantine",
    file="quarantine.sqlite",
    revision="0002",
    tables=_META,
    # A refused row is corrected, never thrown away; what is taken out is what was corrected into
    # a record that was sealed.
    grants={"quarantine": "SELECT, INSERT, UPDATE, DELETE", "sheets": "SELECT, INSERT"},
)
_PURPOSE = "quarantine"
ERASED = "erased"
"""The state of a row whose cells were erased with the file of the child that they were about."""


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A refused row as its sender sees it in a list: everything but its cells."""

    id: str
    organisation: str
    kind: str
    row_number: int
    received_at: str
    state: str
    receipt: str | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A sheet that was sent: by whom (a pseudonym), when, and what became of its rows in number."""

    user: str
    kind: str
    received_at: str
    accepted: int
    repeated: int
    refused: int


class Quarantine:
    """Refused rows in an area of their own, their cells sealed."""

    def __init__(
        self, storage: Storage, sealer: RecordSealer, key: bytes, *, create: bool = False
    ) -> None:
        self._engine = storage.engine(AREA, create=create)
        self._sealer = sealer
        self._key = key

    def keep(
        self,
        organisation: str,
        kind: str,
        refused: Sequence[tuple[int, Mapping[str, str], Sequence[Fault]]],
        now: datetime,
    ) -> list[str]:
        """Keep refused rows ``(row number, cells, faults)``; gives their identifiers.

        A row that lies here already is left as it is, in whatever state it is.
        """
        ids = [self._row_id(organisation, kind, cells) for _, cells, _ in refused]
        erased = self._erased(ids)
        self._sealer.prepare([each for each in ids if each not in erased])
        rows = []
        for row_id, (number, cells, faults) in zip(ids, refused, strict=True):
            if row_id in erased:
                continue
            rows.append(
                {
                    "id": str(row_id),
                    "organisation": organisation,
                    "kind": kind,
                    "row_number": number,
                    "codes": _faults_text(faults),
                    "received_at": now.isoformat(),
                    "state": "open",
                    "sealed": self._sealer.seal(row_id, _PURPOSE, dict(cells)),
                }
            )
        if rows:
            with self._engine.execution_options(writing=True).begin() as connection:
                connection.execute(upsert(self._engine, _ROWS).on_conflict_do_nothing(), rows)
        return [str(row_id) for row_id in ids]

    def _erased(self, ids: Sequence[UUID]) -> set[UUID]:
        """Those of the rows that were erased: they have no key, and get none."""
        query = select(_ROWS.c.id).where(
            _ROWS.c.state == ERASED, _ROWS.c.id.in_([str(each) for each in ids])
        )
        with self._engine.begin() as connection:
            return {UUID(each) for each in connection.execute(query).scalars()}

    def about(self, test: Callable[[Mapping[str, str]], bool]) -> set[UUID]:
        """The rows, of whatever sender, whose cells a test knows as a child's: for the hub, which
        erases them with the child's file."""
        query = select(_ROWS.c.id, _ROWS.c.sealed).where(_ROWS.c.state != ERASED)
        with self._engine.begin() as connection:
            rows = connection.execute(query).all()
        found = set()
        for row in rows:
            opened = self._sealer.open_(UUID(row.id), _PURPOSE, row.sealed)
            if isinstance(opened, dict) and test({k: str(v) for k, v in opened.items()}):
                found.add(UUID(row.id))
        return found

    def corrected_before(self, day: datetime) -> list[tuple[UUID, str]]:
        """Rows that went in after correction and were received before an instant: identifier and
        when. What still waits for its correction is not among them, however old."""
        return self._before(day, "corrected")

    def open_before(self, day: datetime) -> list[tuple[UUID, str]]:
        """Rows received before an instant that still wait for their correction."""
        return self._before(day, "open")

    def _before(self, day: datetime, state: str) -> list[tuple[UUID, str]]:
        query = (
            select(_ROWS.c.id, _ROWS.c.received_at)
            .where(_ROWS.c.state == state, _ROWS.c.received_at < day.isoformat())
            .order_by(_ROWS.c.received_at, _ROWS.c.id)
        )
        with self._engine.begin() as connection:
            return [(UUID(row.id), row.received_at) for row in connection.execute(query)]

    def erase(self, ids: Iterable[UUID]) -> None:
        """Keep of these rows that there was one, and nothing of what it said."""
        wanted = [str(each) for each in ids]
        change = update(_ROWS).values(state=ERASED, codes="[]", sealed=b"")
        with self._engine.execution_options(writing=True).begin() as connection:
            for row_id in wanted:
                connection.execute(change.where(_ROWS.c.id == row_id))

    def take_out(self, receipts: Iterable[str]) -> int:
        """Take out the rows that went in under some receipt numbers: their record was sealed
        (封存), and that there was a row would tell. Gives how many."""
        found = 0
        with self._engine.execution_options(writing=True).begin() as connection:
            for receipt in receipts:
                gone = connection.execute(delete(_ROWS).where(_ROWS.c.receipt == receipt))
                found += gone.rowcount
        return found

    def list(self, organisation: str | None, *, state: str | None = "open") -> list[QuarantinedRow]:
        """Rows of one sender (or of all, for the hub's own status), oldest first."""
        query = select(_ROWS).order_by(_ROWS.c.received_at, _ROWS.c.row_number, _ROWS.c.id)
        if organisation is not None:
            query = query.where(_ROWS.c.organisation == organisation)
        if state is not None:
            query = query.where(_ROWS.c.state == state)
        with self._engine.begin() as connection:
            return [_row(row) for row in connection.execute(query)]

    def get(self, organisation: str, row_id: str) -> QuarantinedRow | None:
        """One row, for its own sender only; None for anybody else's."""
        query = select(_ROWS).where(_ROWS.c.id == row_id, _ROWS.c.organisation == organisation)
        with self._engine.begin() as connection:
            row = connection.execute(query).first()
        return _row(row) if row else None

    def cells(self, organisation: str, row_id: str) -> dict[str, str] | None:
        """The cells as they were sent, opened for their own sender only."""
        with self._engine.begin() as connection:
            row = connection.execute(
                select(_ROWS.c.sealed, _ROWS.c.state).where(
                    _ROWS.c.id == row_id, _ROWS.c.organisation == organisation
                )
            ).first()
        if row is None:
            return None
        if row.state == ERASED:
            return {}
        opened = self._sealer.open_(UUID(row_id), _PURPOSE, row.sealed)
        return {str(k): str(v) for k, v in opened.items()} if isinstance(opened, dict) else {}

    def correct(self, row_id: str, receipt: str) -> None:
        """The row went in after correction, under this receipt number."""
        self._set(row_id, state="corrected", receipt=receipt)

    def refuse_again(self, row_id: str, cells: Mapping[str, str], faults: Sequence[Fault]) -> None:
        """The corrected cells were refused too: keep them and the new reasons."""
        self._set(
            row_id,
            codes=_faults_text(faults),
            sealed=self._sealer.seal(UUID(row_id), _PURPOSE, dict(cells)),
        )

    def note_sheet(
        self,
        organisation: str,
        user: str,
        kind: str,
        rows: tuple[int, int, int],
        now: datetime,
    ) -> None:
        """Remember that a sheet was sent, and how many of its ``rows`` went in, had been received
        before, and were refused; nothing of what stood in it."""
        accepted, repeated, refused = rows
        sheet = SentSheet(user, kind, now.isoformat(), accepted, repeated, refused)
        row = {"id": str(uuid4()), "organisation": organisation, **asdict(sheet)}
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(insert(_SHEETS).values(**row))

    def sheets(self, organisation: str, limit: int = 200) -> Sequence[SentSheet]:
        """The sheets that an organisation sent, the newest first."""
        names = [_SHEETS.c[each.name] for each in fields(SentSheet)]
        query = (
            select(*names)
            .where(_SHEETS.c.organisation == organisation)
            .order_by(_SHEETS.c.received_at.desc(), _SHEETS.c.id)
            .limit(limit)
        )
        with self._engine.begin() as connection:
            return [SentSheet(*row) for row in connection.execute(query)]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows lie here, by (organisation, state)."""
        query = select(_ROWS.c.organisation, _ROWS.c.state, func.count()).group_by(
            _ROWS.c.organisation, _ROWS.c.state
        )
        with self._engine.begin() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def _set(self, row_id: str, **values: object) -> None:
        with self._engine.execution_options(writing=True).begin() as connection:
            connection.execute(update(_ROWS).where(_ROWS.c.id == row_id).values(**values))

    def _row_id(self, organisation: str, kind: str, cells: Mapping[str, str]) -> UUID:
        text = json.dumps([organisation, kind, sorted(cells.items())], ensure_ascii=False)
        return UUID(bytes=hmac.digest(self._key, text.encode(), "sha256")[:16], version=4)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _row(row: Row[Any]) -> QuarantinedRow:
    return QuarantinedRow(
        row.id,
        row.organisation,
        row.kind,
        row.row_number,
        row.received_at,
        row.state,
        row.receipt,
        tuple(Fault(**each) for each in json.loads(row.codes)),
    )


def _faults_text(faults: Sequence[Fault]) -> str:
    return json.dumps(
        [{"column": f.column, "code": f.code, "rule": f.rule, "advice": f.advice} for f in faults],
        ensure_ascii=False,
    )
