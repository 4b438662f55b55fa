"""The tables of the log: events, the index by subject, receipts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)

from hub.storage.areas import Area

_META = MetaData()
Table(
    "event_index",
    _META,
    Column("subject", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("categories", Text, nullable=False),
    sqlite_with_rowid=False,
)
Table(
    "receipts",
    _META,
    Column("key", LargeBinary, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    Column("number", Text, nullable=False, unique=True),
    Column("organisation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("event_id", Text),
    Column("recorded_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

_POSTGRES = MetaData()
_EVENTS = Table(
    "stored_events",
    _POSTGRES,
    Column("originator_id", Uuid, primary_key=True),
    Column("originator_version", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    # Numbered by the recorder, one after the other: a sequence would leave holes.
    Column("notification_id", BigInteger, nullable=False),
)
Index("stored_events_position", _EVENTS.c.notification_id, unique=True)

_READ = {"stored_events": "SELECT", "event_index": "SELECT"}
AREA = Area(
    name="events",
    file="events.sqlite",
    revision="0001",
    tables=_META,
    postgres_tables=_POSTGRES,
    # What is recorded is never changed and never taken out: no role may.
    grants=dict.fromkeys(("stored_events", "event_index", "receipts"), "SELECT, INSERT"),
    others={"feed": _READ, "relay": _READ},
)
FEED = "feed"
"""The role of those that only follow the log: workers that project it or pass it on."""
