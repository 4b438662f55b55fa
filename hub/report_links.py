"""Links by which people of an organisation report without an account (报告链接).

A hotel, a school bus, a training venue has duty-bearers and no desk in the hub (强报意见 Art 3):
its supervising organisation gives it a link. Of the token only a keyed hash is kept; it ends by its
day or by being revoked. How many reports one link takes is limited, so that nobody who finds one
buries the police in them: but never one of somebody who is in danger now, or hurt; and those are
not counted.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, MetaData, String, Table

from domain.casework_rules import ReportLinkRules
from domain.kernel import Actor
from domain.organisations import Post
from hub.storage.areas import Area
from hub.storage.sql import Storage

MINUTE = 60 * 1_000_000
DAY = 24 * 60 * MINUTE
"""Microseconds."""

META = MetaData()
Table(
    "links",
    META,
    Column("number", String, primary_key=True),
    Column("hash", String, nullable=False, unique=True),
    Column("organisation", String, nullable=False),
    Column("issued_at", String, nullable=False),
    Column("until", String, nullable=False),
    Column("revoked_at", String),
)
Table(
    "used",
    META,
    Column("number", String, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
)
"""When each link was used in the last day (microseconds since 1970)."""
AREA = Area(
    name="report_links",
    file="report_links.sqlite",
    revision="0001",
    tables=META,
    grants={"links": "SELECT, INSERT, UPDATE", "used": "SELECT, INSERT, DELETE"},
)


class LinksUnavailable(Exception):
    """The links cannot be read now."""


class NoSuchLink(Exception):
    """Unknown, expired or revoked: told apart by nobody."""


class LinkBusy(Exception):
    """The link took as many reports as it may; ``wait``: seconds until the next."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Link:
    """One link, without its token."""

    number: str
    organisation: str
    issued_at: str
    until: str
    revoked_at: str | None

    @property
    def filer(self) -> Actor:
        """In whose name what comes by it is reported: the organisation's, and no person's."""
        return Actor(self.organisation, Post.HANDLER.value, f"link-{self.number}")


class ReportLinks:
    """Links of organisations, in an area of their own."""

    def __init__(self, storage: Storage, key: bytes, rules: ReportLinkRules) -> None:
        """``key`` is that of the tokens' hashes. Made where a data folder of before has none."""
        self._database = storage.database(AREA, LinksUnavailable, create=True)
        self._key = key
        self._rules = rules

    def issue(self, organisation: str, now: datetime, days: int) -> tuple[Link, str]:
        """A new link of an organisation for so many days, and its token, which is kept nowhere.
        Raises ValueError where it would last longer than the rules allow."""
        if not 1 <= days <= self._rules.days_at_most:
            raise ValueError(days)
        token = secrets.token_urlsafe(32)
        until = (now + timedelta(days=days)).isoformat()
        link = Link(secrets.token_hex(6), organisation, now.isoformat(), until, None)
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO links (number, hash, organisation, issued_at, until)"
                " VALUES (?, ?, ?, ?, ?)",
                (link.number, self._hash(token), organisation, link.issued_at, until),
            )
        return link, token

    def revoke(self, number: str, now: datetime) -> bool:
        """End a link at once; False where there is none that stands."""
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT 1 FROM links WHERE number = ? AND revoked_at IS NULL", (number,)
            ).fetchall()
            connection.execute(
                "UPDATE links SET revoked_at = ? WHERE number = ? AND revoked_at IS NULL",
                (now.isoformat(), number),
            )
        return bool(found)

    def all(self) -> list[Link]:
        """Every link, the newest first."""
        rows = self._database.rows(
            "SELECT number, organisation, issued_at, until, revoked_at FROM links"
            " ORDER BY issued_at DESC, number"
        )
        return [Link(*row) for row in rows]

    def of(self, token: str, now: datetime) -> Link:
        """The link that a token is of. Raises NoSuchLink. Nothing is written, so that who guesses
        holds up nobody."""
        rows = self._database.rows(
            "SELECT number, organisation, issued_at, until, revoked_at FROM links WHERE hash = ?",
            (self._hash(token),),
        )
        link = Link(*rows[0]) if rows else None
        if link is None or link.revoked_at or datetime.fromisoformat(link.until) <= now:
            raise NoSuchLink
        return link

    def admit(self, link: Link, now: datetime) -> None:
        """Raise LinkBusy where a link is used up. Asked of nobody who is in danger or hurt."""
        at, rules = _microseconds(now), self._rules
        found = self._database.rows(
            "SELECT at FROM used WHERE number = ? ORDER BY at DESC LIMIT ?",
            (link.number, max(rules.a_minute, rules.a_day)),
        )
        for times, span in ((rules.a_minute, MINUTE), (rules.a_day, DAY)):
            if len(found) >= times and found[times - 1][0] > at - span:
                raise LinkBusy((found[times - 1][0] + span - at) // 1_000_000 + 1)

    def count(self, link: Link, now: datetime) -> None:
        """Count one use of a link, once what came by it is recorded. Some that come at the very
        same time may be one too many."""
        at = _microseconds(now)
        # What a crash takes away is a few uses of the count.
        with self._database.writing(durable=False) as connection:
            connection.execute("DELETE FROM used WHERE at <= ?", (at - DAY,))
            newest = connection.execute(
                "SELECT max(at) FROM used WHERE number = ?", (link.number,)
            ).fetchall()[0][0]
            # Two of the same instant are two.
            connection.execute(
                "INSERT INTO used (number, at) VALUES (?, ?)",
                (link.number, max(at, (newest or 0) + 1)),
            )

    def _hash(self, token: str) -> str:
        return hmac.new(self._key, token.encode(), "sha256").hexdigest()

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def _microseconds(now: datetime) -> int:
    return int(now.timestamp() * 1_000_000)
