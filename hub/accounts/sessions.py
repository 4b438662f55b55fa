"""Sessions (登录状态): one row each, ended by deleting it.

A session that nobody used for a while is locked: what it showed is shown no more, and what was
being written is kept for its person, who opens it again. It ends for good at its end, whatever is
done.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.sign_in import SignInRules
from hub.directory import Directory, User
from hub.storage.sql import Database

_KEPT_SEEN = timedelta(seconds=20)
"""How exactly the last use is kept: not every request writes."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session: ``user`` is who works in it, at the post chosen; ``account`` whose it is.
    ``locks_in``: seconds until it is locked if nothing is done."""

    hash: str
    account: str
    user: User
    shared: bool
    locked: bool
    locks_in: int
    device: str | None = None
    """The registered phone that it was begun on."""
    way: str = ""


class Way(StrEnum):
    """How somebody came in."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - a way, and no password
    PHONE = "phone"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Open:
    """A session as its person sees it; ``way`` and ``kind`` are "" where they were not kept."""

    hash: str
    way: str
    kind: str
    begun: str
    seen: str
    locked: bool


class Sessions:
    """Sessions by the token in a cookie, of which only a keyed hash is kept."""

    def __init__(
        self, database: Database, directory: Directory, key: bytes, rules: SignInRules
    ) -> None:
        self._database = database
        self._directory = directory
        self._key = key
        self._rules = rules

    def begin(
        self,
        account: str,
        user: User,
        now: datetime,
        *,
        shared: bool,
        way: Way,
        kind: str,
        device: str | None = None,
    ) -> str:
        """A new session of an account at a post; gives its token. ``kind``: on what, in words."""
        token = secrets.token_urlsafe(32)
        ends = now + timedelta(hours=self._rules.longest_hours)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE ends <= ?", (now.isoformat(),))
            connection.execute(
                "INSERT INTO sessions"
                ' (hash, account, "user", shared, begun, seen, ends, locked, device, way, kind)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
                (
                    self._hash(token),
                    account,
                    user.user,
                    int(shared),
                    now.isoformat(),
                    now.isoformat(),
                    ends.isoformat(),
                    device,
                    way.value,
                    kind,
                ),
            )
        return token

    def of(self, token: str, now: datetime, *, used: bool = True) -> Session | None:
        """The session of a token, locked where nobody used it for too long; None where there is
        none. ``used`` False: the request is not a person's doing, and keeps nothing awake."""
        hashed = self._hash(token)
        rows = self._database.rows(
            'SELECT account, "user", shared, seen, ends, locked, device, way'
            " FROM sessions WHERE hash = ?",
            (hashed,),
        )
        if not rows:
            return None
        account, user_id, shared, seen_text, ends, locked, device, way = rows[0]
        seen = datetime.fromisoformat(seen_text)
        idle = self._rules.idle(shared=bool(shared))
        left = seen + idle - now
        asleep = seen + timedelta(hours=self._rules.locked_hours) <= now
        user = self._directory.holder(user_id)
        if datetime.fromisoformat(ends) <= now or asleep or user is None:
            self.end(hashed)
            return None
        if not locked and left <= timedelta():
            self.lock(hashed)
            locked = 1
        elif not locked and used and now - seen >= _KEPT_SEEN:
            with self._database.writing(durable=False) as connection:
                connection.execute(
                    "UPDATE sessions SET seen = ? WHERE hash = ?", (now.isoformat(), hashed)
                )
            left = idle
        return Session(
            hashed,
            account,
            user,
            bool(shared),
            bool(locked),
            max(int(left.total_seconds()), 0),
            device,
            way or "",
        )

    def lock(self, hashed: str) -> None:
        """Lock one session now (换人 or 锁定)."""
        with self._database.writing() as connection:
            connection.execute("UPDATE sessions SET locked = 1 WHERE hash = ?", (hashed,))

    def unlock(self, hashed: str, now: datetime) -> None:
        """Open a locked one again."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE sessions SET locked = 0, seen = ? WHERE hash = ?", (now.isoformat(), hashed)
            )

    def at_post(self, hashed: str, user: User) -> None:
        """Go on in a session at another post of its account's person."""
        with self._database.writing() as connection:
            connection.execute('UPDATE sessions SET "user" = ? WHERE hash = ?', (user.user, hashed))

    def end(self, hashed: str) -> None:
        """End one session."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE hash = ?", (hashed,))

    def open_of(self, account: str, now: datetime) -> list[Open]:
        """The sessions of an account that are open or locked, the one used last first."""
        asleep = (now - timedelta(hours=self._rules.locked_hours)).isoformat()
        rows = self._database.rows(
            "SELECT hash, way, kind, begun, seen, shared, locked FROM sessions"
            " WHERE account = ? AND ends > ? AND seen > ? ORDER BY seen DESC",
            (account, now.isoformat(), asleep),
        )
        return [
            Open(
                hashed,
                way or "",
                kind or "",
                begun,
                seen,
                bool(locked)
                or datetime.fromisoformat(seen) + self._rules.idle(shared=bool(shared)) <= now,
            )
            for hashed, way, kind, begun, seen, shared, locked in rows
        ]

    def end_own(self, account: str, hashed: str) -> None:
        """End a session of this account, and nobody else's."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE hash = ? AND account = ?", (hashed, account)
            )

    def end_others(self, account: str, hashed: str) -> None:
        """End every session of an account but one."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM sessions WHERE account = ? AND hash <> ?", (account, hashed)
            )

    def end_all(self, user: str) -> int:
        """End every session of a person, by account or post; gives how many."""
        with self._database.writing() as connection:
            return connection.execute(
                'DELETE FROM sessions WHERE account = ? OR "user" = ?', (user, user)
            ).rowcount

    def _hash(self, token: str) -> str:
        return hmac.new(self._key, token.encode(errors="replace"), "sha256").hexdigest()
