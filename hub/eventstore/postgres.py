"""The PostgreSQL recorder: appends of many writers in one commit, positions without a hole.

An append takes the log's advisory lock before it numbers its events and commits before it lets
go, so that a reader who has seen a position never sees a smaller one appear later. No role that
may write the log may change it: the lock needs no right on the table, where the library's own
recorder must lock it and therefore be allowed to delete from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import psycopg_pool
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from hub.eventstore.receipts import Receipt, StoreUnavailable
from hub.eventstore.recorder import Append, Place, Recorder
from hub.eventstore.tables import AREA
from hub.storage.postgres import CHANNEL, PostgresStorage, check_version, lock_number, pool

CONNECTIONS = 12
"""Connections that one process keeps to the log at most."""
_UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError)

_LOCK = lock_number("append events")

_BASE = """WITH base AS MATERIALIZED (
    SELECT coalesce(max(notification_id), 0) AS top FROM stored_events)"""
_EVENTS = """,
events AS (
    INSERT INTO stored_events
        (originator_id, originator_version, topic, state, notification_id)
    SELECT e.stream, e.version, e.topic, e.state, base.top + e.ordinal
    FROM base, unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bytea[])
        WITH ORDINALITY AS e (stream, version, topic, state, ordinal))"""
_INDEX = """,
indexed AS (
    INSERT INTO event_index (subject, position, categories)
    SELECT i.subject, base.top + i.ordinal, i.categories
    FROM base, unnest(%s::text[], %s::bigint[], %s::text[]) AS i (subject, ordinal, categories))"""
_RECEIPTS = """,
receipted AS (
    INSERT INTO receipts
        (key, revision, content, number, organisation, kind, position, event_id, recorded_at)
    SELECT r.key, r.revision, r.content, r.number, r.organisation, r.kind,
        CASE WHEN r.behind = 0 THEN 0 ELSE base.top + r.behind END, r.event_id, r.recorded_at
    FROM base, unnest(%s::bytea[], %s::integer[], %s::bytea[], %s::text[], %s::text[], %s::text[],
        %s::bigint[], %s::text[], %s::text[])
        AS r (key, revision, content, number, organisation, kind, behind, event_id, recorded_at))"""
_TOP = "\nSELECT top FROM base"

_SELECT = (
    "SELECT notification_id, originator_id, originator_version, topic, state FROM stored_events"
)
_RECEIPT = (
    "SELECT key, revision, content, number, organisation, kind, position, event_id, recorded_at"
    " FROM receipts"
)


def _claims(append: Append) -> set[Any]:
    """What only one append can have."""
    return {
        *((each.originator_id, each.originator_version) for each in append.events),
        *((receipt.key, receipt.revision) for receipt, *_ in append.receipts),
        *(receipt.number for receipt, *_ in append.receipts),
    }


class PostgresRecorder(Recorder):
    """Events, the index (subject, categories, position) and receipts, one transaction each."""

    def __init__(self, storage: PostgresStorage) -> None:
        self._pool = pool(storage.server, storage.role(AREA), AREA.name, size=CONNECTIONS)
        try:
            with self._connection() as connection:
                check_version(connection, AREA)
        except BaseException:
            self._pool.close()
            raise

    # Writing

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """The library's way to record: one append, of events alone."""
        (found,) = self.insert_together([Append(stored_events)])
        if isinstance(found, BaseException):
            raise found
        return found

    def insert_together(self, appends: Sequence[Append]) -> list[list[int] | BaseException]:
        """As :meth:`Recorder.insert_together`; returns when all is committed. Raises
        StoreUnavailable when the server did not answer: whether anything was recorded is then
        unknown."""
        found: dict[int, list[int] | BaseException] = {
            number: []
            for number, append in enumerate(appends)
            if not append.events and not append.receipts
        }
        waiting = [each for each in enumerate(appends) if each[0] not in found]
        while waiting:
            waiting = self._round(waiting, found)
        return [found[number] for number in range(len(appends))]

    def _round(
        self, waiting: Sequence[tuple[int, Append]], found: dict[int, list[int] | BaseException]
    ) -> list[tuple[int, Append]]:
        """Commit those that cannot be in each other's way; gives the ones to come back to."""
        claimed: set[Any] = set()
        now: list[tuple[int, Append]] = []
        later: list[tuple[int, Append]] = []
        for number, append in waiting:
            claims = _claims(append)
            if claims & claimed:
                later.append((number, append))
            else:
                claimed |= claims
                now.append((number, append))
        with self._connection() as connection:
            try:
                top = self._insert(connection, [append for _, append in now])
            except psycopg.errors.UniqueViolation as violation:
                taken = self._taken(connection, [append for _, append in now])
                if not taken and len(now) == 1:
                    taken = [0]
                for place in taken:
                    found[now[place][0]] = _conflict(violation)
                left = [each for place, each in enumerate(now) if place not in taken]
                if taken:
                    return left + later
            else:
                for number, append in now:
                    found[number] = list(range(top + 1, top + 1 + len(append.events)))
                    top += len(append.events)
                return later
        # Nothing that they say tells which of them is in the way: one at a time finds out.
        for each in now:
            self._round([each], found)
        return later

    def _insert(self, connection: psycopg.Connection[Any], appends: Sequence[Append]) -> int:
        """One transaction; gives the position before its first event."""
        statement, values = _statement(appends)
        try:
            with connection.pipeline() as pipeline:
                connection.execute("BEGIN")
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                inserted = connection.execute(statement, values, prepare=True)
                # Once for all of them: a NOTIFY in each commit would make the server's commits
                # wait for each other.
                connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
                committed = connection.execute("COMMIT")
                pipeline.sync()
                top = int(inserted.fetchone()[0])  # type: ignore[index]
        except BaseException:
            if not connection.closed:
                connection.execute("ROLLBACK")
            raise
        if committed.statusmessage != "COMMIT":
            raise StoreUnavailable("the server did not commit")
        return top

    def _taken(self, connection: psycopg.Connection[Any], appends: Sequence[Append]) -> list[int]:
        """Which of these find something of theirs recorded already."""
        events = [each for append in appends for each in append.events]
        receipts = [receipt for append in appends for receipt, *_ in append.receipts]
        there: set[Any] = set(
            connection.execute(
                "SELECT originator_id, originator_version FROM stored_events"
                " JOIN unnest(%s::uuid[], %s::bigint[]) AS e (stream, version)"
                " ON originator_id = e.stream AND originator_version = e.version",
                ([e.originator_id for e in events], [e.originator_version for e in events]),
            )
        )
        rows = connection.execute(
            "SELECT key, revision, number FROM receipts WHERE key = ANY(%s) OR number = ANY(%s)",
            ([receipt.key for receipt in receipts], [receipt.number for receipt in receipts]),
        )
        for key, revision, number in rows:
            there |= {(key, revision), number}
        return [place for place, append in enumerate(appends) if _claims(append) & there]

    # Reading

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """One stream's events."""
        statement, values = f"{_SELECT} WHERE originator_id = %s", [originator_id]
        more: list[Any] = list(values)
        for clause, value in (("> %s", gt), ("<= %s", lte)):
            if value is not None:
                statement += f" AND originator_version {clause}"
                more.append(value)
        statement += f" ORDER BY originator_version {'DESC' if desc else 'ASC'}"
        if limit is not None:
            statement += " LIMIT %s"
            more.append(limit)
        with self._connection() as connection:
            rows = connection.execute(statement, more, prepare=True, binary=True)
            return [
                StoredEvent(stream, version, topic, state)
                for _, stream, version, topic, state in rows
            ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in the order of their positions."""
        clauses: list[str] = []
        values: list[Any] = []
        if start is not None:
            clauses.append(f"notification_id {'>=' if inclusive_of_start else '>'} %s")
            values.append(start)
        if stop is not None:
            clauses.append("notification_id <= %s")
            values.append(stop)
        if topics:
            clauses.append("topic = ANY(%s)")
            values.append(list(topics))
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_SELECT}{where} ORDER BY notification_id LIMIT %s",
                [*values, limit],
                prepare=True,
                binary=True,
            )
            return [_notification(row) for row in rows]

    def max_notification_id(self) -> int | None:
        """The newest position, None while there is none."""
        with self._connection() as connection:
            row = connection.execute("SELECT max(notification_id) FROM stored_events").fetchone()
        return None if row is None else row[0]

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Not offered, as on SQLite: the library's waits for a notification for ever."""
        raise NotImplementedError

    def latest_receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest revision of each key that has a receipt."""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_RECEIPT} WHERE key = ANY(%s) ORDER BY key, revision", (list(keys),)
            )
            return {receipt.key: receipt for receipt in map(Receipt.stored, rows)}

    def receipts_of(self, event_ids: Sequence[UUID]) -> list[Receipt]:
        """As :meth:`Recorder.receipts_of`."""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_RECEIPT} WHERE event_id = ANY(%s)", ([str(each) for each in event_ids],)
            )
            return list(map(Receipt.stored, rows))

    def receipt_by_number(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""
        with self._connection() as connection:
            row = connection.execute(f"{_RECEIPT} WHERE number = %s", (number,)).fetchone()
        return None if row is None else Receipt.stored(row)

    def receipt_counts(self) -> dict[tuple[str, str], int]:
        """How many records each organisation had accepted, by (organisation, kind)."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT organisation, kind, count(DISTINCT key) FROM receipts"
                " GROUP BY organisation, kind"
            )
            return {(organisation, kind): count for organisation, kind, count in rows}

    def history(self, subjects: Sequence[UUID], before: int, after: int = 0) -> list[Notification]:
        """As :meth:`Recorder.history`."""
        if not subjects:
            return []
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT notification_id, originator_id, originator_version, topic, state"
                " FROM event_index JOIN stored_events ON notification_id = position"
                " WHERE subject = ANY(%s) AND position > %s AND position <= %s"
                " ORDER BY notification_id",
                ([str(subject) for subject in subjects], after, before),
                prepare=True,
                binary=True,
            )
            return [_notification(row) for row in rows]

    def events_at(self, places: Sequence[Place]) -> list[Notification]:
        """As :meth:`Recorder.events_at`."""
        wanted = list(dict.fromkeys(places))
        if not wanted:
            return []
        with self._connection() as connection:
            rows = connection.execute(
                f"{_SELECT} JOIN unnest(%s::uuid[], %s::bigint[]) AS e (stream, version)"
                " ON originator_id = e.stream AND originator_version = e.version"
                " ORDER BY notification_id",
                ([stream for stream, _ in wanted], [version for _, version in wanted]),
                prepare=True,
                binary=True,
            )
            return [_notification(row) for row in rows]

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            psycopg_pool.PoolTimeout,
        ) as error:
            raise StoreUnavailable("the event store cannot answer") from error


def _statement(appends: Sequence[Append]) -> tuple[str, list[Any]]:
    """The one statement of a transaction, and its values. What there is none of is left out."""
    events = [each for append in appends for each in append.events]
    statement, values = _BASE, []
    if events:
        statement += _EVENTS
        values += [
            [each.originator_id for each in events],
            [each.originator_version for each in events],
            [each.topic for each in events],
            [each.state for each in events],
        ]
    index: list[tuple[Any, ...]] = []
    receipts: list[tuple[Any, ...]] = []
    before = 0
    for append in appends:
        for ordinal, (subject, categories) in enumerate(append.index, start=before + 1):
            index.append((subject, ordinal, categories))
        receipts += append.receipt_rows(before.__add__)
        before += len(append.events)
    for clause, rows in ((_INDEX, index), (_RECEIPTS, receipts)):
        if rows:
            statement += clause
            values += [list(column) for column in zip(*rows, strict=True)]
    return statement + _TOP, values


def _conflict(violation: psycopg.errors.UniqueViolation) -> IntegrityError:
    error = IntegrityError("something of this append is recorded already")
    error.__cause__ = violation
    return error


def _notification(row: tuple[Any, ...]) -> Notification:
    position, stream, version, topic, state = row
    return Notification(
        originator_id=stream, originator_version=version, topic=topic, state=state, id=position
    )
