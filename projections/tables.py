"""The tables of one seat's view database. Views are versioned and rebuilt, never migrated."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from domain.organisations import Seat
from hub.storage.areas import Area
from hub.storage.sql import as_json

VIEW_VERSION = 14
"""Raised whenever what a view holds changes: the file of the new version is built anew."""

META = MetaData()


class JsonText(TypeDecorator[Any]):
    """JSON kept as text: nobody searches in it, and no database takes it apart again."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return as_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else from_json(value)


PROGRESS = Table(
    "progress",
    META,
    Column("name", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
)

REACH = Table(
    "reach",
    META,
    Column("child_ref", String, primary_key=True),
    Column("responsible", String, nullable=False),
    Column("recorded", String, nullable=False),
    Column("authors", String, nullable=False),
    Column("tasks", String, nullable=False),
    Column("erased", Integer, nullable=False),
    Column("suspicions", String, nullable=False),
)

FACTS = Table(
    "facts",
    META,
    Column("organisation", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("child_ref", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("event_id", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("stored_topic", String, nullable=False),
    Column("category", String, nullable=False),
    Column("by", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("producer", String, nullable=False),
    Column("author", String, nullable=False),
    Column("legal_basis", String, nullable=False),
    Column("occurred_at", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("clear", JsonText, nullable=False),
    Column("sealed", JsonText, nullable=False),
    Index("facts_child", "organisation", "child_ref", "position"),
)


def _derived(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        META,
        Column("organisation", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("child_ref", String, nullable=False),
        *columns,
        Index(f"{name}_child", "organisation", "child_ref"),
    )


CHILDREN = _derived(
    "children",
    Column("birth_month", String),
    Column("town", String),
    Column("village", String),
    Column("school", String),
    Column("tier", String),
    Column("follow_up_until", String),
    Column("left_on", String),
    Column("fields", JsonText, nullable=False),
    Column("who", String, nullable=False),
    Column("first_at", String, nullable=False),
    Column("last_at", String, nullable=False),
)
REFERRALS = _derived(
    "referrals",
    Column("kind", String),
    Column("matter", String),
    Column("sender", String),
    Column("addressee", String),
    Column("town", String),
    Column("case_id", String),
    Column("requested_at", String),
    Column("accept_by", String),
    Column("complete_by", String),
    Column("outcome", String),
    # Who was asked to take it over, and has not answered.
    Column("offered_to", String),
    Column("offer_by", String),
    # People of the addressee's, as pseudonyms: in its own view alone.
    Column("handler", String),
    Column("deputy", String),
    Column("held_until", String),
    # Opened by a person, who confirms what came of it.
    Column("by_hand", Integer, nullable=False),
    Column("closed_at", String),
    # Which organisation it is about (利害关系单位): in the addressee's view alone.
    Column("concerns", String),
    Column("state", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
DEADLINES = _derived(
    "deadlines",
    Column("subject_id", String),
    Column("kind", String),
    Column("matter", String),
    Column("owner", String),
    Column("town", String),
    Column("due_at", String),
    Column("late", Integer, nullable=False),
    Column("missed_at", String),
    Column("state", String, nullable=False),
)
OBLIGATIONS = _derived(
    "obligations",
    Column("kind", String),
    Column("owner", String),
    Column("town", String),
    Column("tier", String),
    Column("counted_from", String),
    Column("due_at", String),
    Column("missed_at", String),
    Column("met_on", String),
    Column("late", Integer, nullable=False),
    Column("state", String, nullable=False),
)
CASES = _derived(
    "cases",
    Column("kind", String, nullable=False),
    Column("category", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("acts", JsonText, nullable=False),
)
REPORTS = _derived(
    "reports",
    Column("state", String, nullable=False),
    Column("decision", String),
    Column("town", String),
    Column("immediate_danger", Integer),
    Column("feedback_by", String),
    Column("filed_at", String, nullable=False),
    Column("filed_by", String, nullable=False),
    # Of a conflicted organisation: the one person who filed it, and nobody else.
    Column("only_for", String, nullable=False),
    Column("named", String),
    Column("changed_at", String, nullable=False),
)
MOVES = _derived(
    "moves",
    Column("owner", String),
    Column("receiver", String),
    Column("announced_at", String),
    Column("state", String, nullable=False),
    Column("changed_at", String, nullable=False),
)
"""Children that are to move (迁移): who announced it (``owner``), and to whom."""
ADVICE = _derived(
    "advice",
    Column("state", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("addressee", String, nullable=False),
    Column("issued_on", String),
    Column("reply_by", String),
    Column("replied_on", String),
    Column("changed_at", String, nullable=False),
)
MERGES = _derived("merges", Column("other", String, nullable=False), Column("survivor", String))
"""Files that are one child's, by the pseudonym of each; ``survivor`` goes on (none: no more)."""
Index("merges_survivor", MERGES.c.organisation, MERGES.c.survivor)
DUPLICATES = _derived(
    "duplicates",
    Column("other", String, nullable=False),
    Column("state", String, nullable=False),
    Column("suspected_at", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("ground", String),
)
Index("duplicates_state", DUPLICATES.c.organisation, DUPLICATES.c.state, DUPLICATES.c.id)
Index("referrals_due", REFERRALS.c.organisation, REFERRALS.c.state, REFERRALS.c.complete_by)
Index("obligations_due", OBLIGATIONS.c.organisation, OBLIGATIONS.c.state, OBLIGATIONS.c.due_at)
Index("deadlines_due", DEADLINES.c.organisation, DEADLINES.c.state, DEADLINES.c.due_at)

DERIVED: dict[str, Table] = {
    table.name: table
    for table in (
        CHILDREN,
        REFERRALS,
        DEADLINES,
        OBLIGATIONS,
        CASES,
        REPORTS,
        MOVES,
        ADVICE,
        DUPLICATES,
        MERGES,
    )
}

DEAD_LETTERS = Table(
    "dead_letters",
    META,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("ordering_key", String, nullable=False, index=True),
    Column("child_ref", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("error", String, nullable=False),
)
"""``error`` is the failure's class, or ``held`` for what waits behind a failure of the same
ordering key; never a message, which could carry a value."""


def view_area(seat: Seat) -> Area:
    """The area of a seat's view at the present version."""
    name = f"view_{seat.value}"
    return Area(
        name=f"{name}_v{VIEW_VERSION}",
        file=f"views/{seat.value}.v{VIEW_VERSION}.sqlite",
        revision="",
        tables=META,
        grants={},
        works_as=name,
    )


def rebuild_schema(seat: Seat) -> str:
    """The PostgreSQL schema in which a seat's view is made anew, beside the one that answers."""
    return f"{view_area(seat).name}_rebuild"
