"""The tables of agencies' feeds, and of files exchanged with separate networks. None of them is
ever made anew: what was sent was sent."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from hub.storage.areas import Area

META = MetaData()

AGENCIES = Table(
    "agencies",
    META,
    Column("organisation", String, primary_key=True),
    Column("since", String, primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("ended", String),
)
"""Registrations; at most one of an organisation is not ended."""

FEEDS = Table(
    "feeds",
    META,
    Column("organisation", String, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("scanned", BigInteger, nullable=False),
    Column("upto", String),
)
"""``sequence`` is the newest number given out, over all registrations. The other two say how far
the history that a registration begins with has come: see ``projections.feeding``."""

OUTBOX = Table(
    "outbox",
    META,
    Column("organisation", String, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", String, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""``subject`` is the pseudonymous child_ref of a fact or closing (empty: everything, or nobody),
and the message id of a receipt."""

HELD = Table(
    "held",
    META,
    Column("organisation", String, primary_key=True),
    Column("child_ref", String, primary_key=True),
)
"""Children of whom a reader holds something, so that nobody is told of a child by its closing."""

PROGRESS = Table(
    "progress",
    META,
    Column("seat", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("turns", BigInteger, nullable=False),
    Column("made_by", String, nullable=False),
)
"""``made_by``: the rules by which everything that went out was made."""

REACH = Table(
    "reach",
    META,
    Column("seat", String, primary_key=True),
    Column("child_ref", String, primary_key=True),
    Column("responsible", String, nullable=False),
    Column("recorded", String, nullable=False),
    Column("authors", String, nullable=False),
    Column("tasks", String, nullable=False),
    Column("erased", Integer, nullable=False, server_default="0"),
    Column("suspicions", String, nullable=False, server_default="{}"),
)

DEAD_LETTERS = Table(
    "dead_letters",
    META,
    Column("seat", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("ordering_key", String, nullable=False),
    Column("child_ref", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("error", String, nullable=False),
    Index("dead_letters_key", "seat", "ordering_key"),
)

ARRIVALS = Table(
    "arrivals",
    META,
    Column("organisation", String, primary_key=True),
    Column("offset", BigInteger, nullable=False),
)
"""Where the reader of an agency's records goes on."""

ANSWERED = Table(
    "answered",
    META,
    Column("organisation", String, primary_key=True),
    Column("message_id", String, primary_key=True),
    Column("content", LargeBinary, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
)
"""Messages that have their receipt in the outbox. ``content`` is a keyed hash of kind and body:
other words under the same message id are another message and are never passed over."""

REFUSED = Table(
    "refused",
    META,
    Column("organisation", String, primary_key=True),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", String),
    Column("kind", String),
    Column("code", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""What could not be opened or read, sealed as it came, for the hub's staff."""

PARTIES = Table(
    "parties",
    META,
    Column("organisation", String, primary_key=True),
    Column("since", String, primary_key=True),
    Column("signs", String, nullable=False),
    Column("opens", LargeBinary, nullable=False),
    Column("ended", String),
)
"""Who exchanges signed files: the public key that it signs with, and the one that is sealed to."""

CARRIED_IN = Table(
    "carried_in",
    META,
    Column("organisation", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
    Column("taken_at", String, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)
"""Files that were taken, each with the answer that was made then, sealed to its sender."""

CARRIED_OUT = Table(
    "carried_out",
    META,
    Column("organisation", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String, nullable=False),
    Column("made_at", String, nullable=False),
)
"""Files that went to an organisation, so that the next one names the one before."""

CARRIED_REFUSED = Table(
    "carried_refused",
    META,
    Column("sender", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("code", String, nullable=False),
    Column("received_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("told", String, nullable=False, server_default="{}"),
)
"""Files that were not taken, sealed as they came. ``told``: receipts of the mandatory reports in
one that is held back, for they wait for nothing."""

AREA = Area(
    name="feeds",
    file="feeds.sqlite",
    revision="0004",
    tables=META,
    grants={
        "agencies": "SELECT, INSERT, UPDATE",
        "feeds": "SELECT, INSERT, UPDATE",
        # What is in the outbox is never changed and never taken out.
        "outbox": "SELECT, INSERT",
        "held": "SELECT, INSERT, DELETE",
        "progress": "SELECT, INSERT, UPDATE",
        "reach": "SELECT, INSERT, UPDATE, DELETE",
        "dead_letters": "SELECT, INSERT, DELETE",
        "arrivals": "SELECT, INSERT, UPDATE",
        "answered": "SELECT, INSERT",
        "refused": "SELECT, INSERT, UPDATE",
        "parties": "SELECT, INSERT, UPDATE",
        # What was taken and answered is never changed.
        "carried_in": "SELECT, INSERT",
        "carried_out": "SELECT, INSERT",
        "carried_refused": "SELECT, INSERT, UPDATE",
    },
    others={"relay": {"outbox": "SELECT", "feeds": "SELECT"}},
)
