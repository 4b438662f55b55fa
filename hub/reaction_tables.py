"""The tables of what follows the log and is no view: all of them can be made anew from it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table

from hub.storage.areas import Area

META = MetaData()
POSITIONS = Table(
    "positions",
    META,
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
RUNNING = Table(
    "running_clocks",
    META,
    Column("stream", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("due_at", String, nullable=False),
)
"""Clocks by stream: the kind of stream, and the clear facts of what started it."""
Index("clocks_due", RUNNING.c.due_at)
REFUSED = Table(
    "refused_reactions",
    META,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("reaction", String, primary_key=True),
    Column("code", String, nullable=False),
)
OWED = Table(
    "visits_owed",
    META,
    Column("stream", String, primary_key=True),
    Column("child_ref", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("town", String),
)
"""Visits that are owed, overdue ones included, by who owes them, and the child's town (its code),
where the log says it with them."""
Index("visits_by_owner", OWED.c.owner)
TO_PLAN = Table(
    "visits_to_plan",
    META,
    Column("organisation", String, primary_key=True),
    Column("until", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""Villages whose visits are to be handed over or back: who visits there changed (离岗, 返岗), last
by the fact at ``position``; and towns where every child is to be verified ``until`` a day (of a
village empty)."""
LOOPS = Table(
    "open_loops",
    META,
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("matter", String, nullable=False),
    Column("child_ref", String, nullable=False),
    Column("silent_from", String),
)
"""Loops of the whole district (domain/silence.py), by key; ``silent_from`` sorts as time does."""
Index("loops_silent", LOOPS.c.silent_from)
Index("loops_child", LOOPS.c.child_ref)
NOTICES = Table(
    "notices",
    META,
    Column("id", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("at", String, nullable=False),
    Column("organisation", String, nullable=False),
    Column("post", String, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", String, nullable=False),
    Column("message", String),
    Column("told", String),
    Column("user", String),
    Column("number", String),
    Column("about", String),
    Column("told_post", String),
    Column("deputy", String),
    Column("failures", JSON),
)
"""Who is to be told outside of the hub (提醒), by fact and post: in which message, to whom.
``failures``: how often which of them could not be told.
``about``: whose file, or which report, says who is conflicted; a pseudonym, and never sent."""
Index("notices_due", NOTICES.c.state, NOTICES.c.next_at)
MEASURED = Table(
    "measured",
    META,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("indicator", String, primary_key=True),
    Column("part", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("day", String, nullable=False),
    Column("recorded_on", String, nullable=False),
    Column("place", String, nullable=False),
    Column("counts", BigInteger),
    Column("about", String, nullable=False),
)
"""What each fact is to each indicator (domain/indicator.py). ``about``: the child it is of, a
pseudonym, or nothing; of a child that was erased neither it nor the key names it any more."""
Index("measured_indicator", MEASURED.c.indicator, MEASURED.c.position)
Index("measured_about", MEASURED.c.about)
AREA = Area(
    name="reactions",
    file="reactions.sqlite",
    revision="0009",
    tables=META,
    grants=dict.fromkeys(META.tables, "SELECT, INSERT, UPDATE, DELETE"),
)
