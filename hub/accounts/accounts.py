"""Signing in: a name, a password, a code of the second factor; and the link that sets them up.

Whoever gets it wrong is told the same whatever was wrong, after the same work: a name that nobody
has, a wrong password, a wrong code. Wrong attempts make a name rest, whether somebody has it or
not.
"""

from __future__ import annotations

import base64
import hmac
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from domain.sign_in import SignInRules
from hub.accounts.hashing import Hashing
from hub.directory import Directory, User
from hub.storage.sql import Connection, Database

STEP = 30
"""Seconds that a code is shown for (RFC 6238 §5.2)."""
DIGITS = 6
ISSUER = "未成年人保护协同平台"
_SECRET = 20
"""Bytes of a second factor's secret: as long as the hash's output (RFC 4226 §4)."""


class NotSignedIn(Exception):
    """Not let in: nobody is told what was wrong."""


class Resting(Exception):
    """Too many wrong attempts at this name; ``wait``: seconds until the next is looked at."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class NoSuchLink(Exception):
    """Unknown, used or expired: told apart by nobody."""


class NotGood(Exception):
    """A password or a code that cannot be taken; the text (Chinese) says why."""


@dataclass(frozen=True, slots=True)
class Invited:
    """Whose a link is. ``straight_in``: it lets in without a password being set up, which only the
    demo's invented people are given."""

    user: User
    straight_in: bool


class Accounts:
    """How people sign in, in an area of their own."""

    def __init__(
        self, database: Database, directory: Directory, hashing: Hashing, rules: SignInRules
    ) -> None:
        self._database = database
        self._directory = directory
        self._hashing = hashing
        self._rules = rules
        self._nobody: str | None = None

    # Links

    def invite(self, user: User, now: datetime, *, straight_in: bool = False) -> str:
        """A link's token for somebody to set up how to sign in, once; it is kept nowhere. What was
        set up before stays until then."""
        token = secrets.token_urlsafe(32)
        expires = now + timedelta(hours=self._rules.link_hours)
        with self._database.writing() as connection:
            connection.execute("DELETE FROM links WHERE expires <= ?", (now.isoformat(),))
            connection.execute("DELETE FROM barred WHERE account = ?", (user.user,))
            connection.execute(
                "INSERT INTO links (hash, account, straight_in, expires) VALUES (?, ?, ?, ?)",
                (
                    self._hashing.keyed("link", token),
                    user.user,
                    int(straight_in),
                    expires.isoformat(),
                ),
            )
        return token

    def invited(self, token: str, now: datetime) -> Invited:
        """Whose link it is. Raises NoSuchLink."""
        return self._of_link(
            self._database.rows(
                "SELECT account, straight_in, expires FROM links WHERE hash = ?",
                (self._hashing.keyed("link", token),),
            ),
            now,
        )

    def take_straight_in(self, token: str, now: datetime) -> User:
        """Use up a link that lets in by itself. Raises NoSuchLink."""
        with self._database.writing() as connection:
            found = self._take_link(connection, token, now)
            if not found.straight_in:
                raise NoSuchLink
        return found.user

    def set_up(self, token: str, password: str, secret: bytes, code: str, now: datetime) -> User:
        """Set the password and second factor of whoever was invited, use up the link, and end what
        was there before. Raises NoSuchLink, NotGood."""
        user = self.invited(token, now).user
        fault = self._rules.password.fault(password, user.login)
        if fault is not None:
            raise NotGood(fault)
        step = self._step(secret, code, now, 0)
        if step is None:
            raise NotGood("动态码不对。请看手机上现在显示的六位数字；手机时间要准。")
        hashed = self._hashing.slow(password)
        with self._database.writing() as connection:
            self._take_link(connection, token, now)
            connection.execute("DELETE FROM accounts WHERE account = ?", (user.user,))
            connection.execute("DELETE FROM sessions WHERE account = ?", (user.user,))
            connection.execute(
                "INSERT INTO accounts (account, password, password_at, secret, last_step)"
                " VALUES (?, ?, ?, ?, ?)",
                (user.user, hashed, now.isoformat(), self._hashing.sealed(user.user, secret), step),
            )
        return user

    def new_secret(self, token: str) -> bytes:
        """The secret that a link's person sets up: the same however often the page is loaded, and
        known from the link's token alone."""
        return self._hashing.derived("second factor", token)[:_SECRET]

    def provisioning(self, user: User, secret: bytes) -> str:
        """The ``otpauth://`` address that an authenticator takes as a QR code."""
        return _totp(secret).get_provisioning_uri(user.login, ISSUER)

    # Signing in

    def sign_in(self, login: str, password: str, code: str, now: datetime) -> User:
        """Who this is. Raises NotSignedIn, Resting."""
        name = self._hashing.keyed("name", login)
        self._admit(name, now)
        user = self._directory.user(login)
        rows = self._database.rows(
            "SELECT password, secret, last_step FROM accounts WHERE account = ?",
            (user.user if user else "",),
        )
        hashed, sealed, last = rows[0] if rows else (self._of_nobody(), b"", 0)
        right = self._is(password, hashed)
        if user is None or not rows or not right:
            self._count(name, now)
            raise NotSignedIn
        step = self._step(self._hashing.opened(user.user, bytes(sealed)), code, now, int(last))
        with self._database.writing() as connection:
            # Again, since somebody else may have used the code meanwhile.
            used = (
                step is None
                or not connection.execute(
                    "UPDATE accounts SET last_step = ? WHERE account = ? AND last_step < ?",
                    (step, user.user, step),
                ).rowcount
            )
            if not used:
                connection.execute("DELETE FROM attempts WHERE name = ?", (name,))
        if used:
            self._count(name, now)
            raise NotSignedIn
        return user

    def is_password(self, account: str, password: str, now: datetime) -> bool:
        """Whether it is an account's password: for opening its own locked session again. Raises
        Resting."""
        name = self._hashing.keyed("unlock", account)
        self._admit(name, now)
        rows = self._database.rows("SELECT password FROM accounts WHERE account = ?", (account,))
        right = self._is(password, rows[0][0] if rows else self._of_nobody()) and bool(rows)
        if right:
            with self._database.writing() as connection:
                connection.execute("DELETE FROM attempts WHERE name = ?", (name,))
        else:
            self._count(name, now)
        return right

    def has_password(self, account: str) -> bool:
        """Whether somebody has set up how to sign in."""
        return bool(self._database.rows("SELECT 1 FROM accounts WHERE account = ?", (account,)))

    def is_barred(self, account: str) -> bool:
        """Whether somebody was revoked, and has not been given a new link since."""
        return bool(self._database.rows("SELECT 1 FROM barred WHERE account = ?", (account,)))

    def posts(self, account: str) -> list[User]:
        """The posts that an account's person holds, its own first."""
        rows = self._database.rows('SELECT "user" FROM posts WHERE account = ?', (account,))
        held = [self._directory.holder(each) for each in (account, *sorted(row[0] for row in rows))]
        return [user for user in held if user is not None]

    def add_post(self, account: User, user: User) -> None:
        """Let an account's person work at another post as well."""
        with self._database.writing() as connection:
            connection.execute(
                'DELETE FROM posts WHERE account = ? AND "user" = ?', (account.user, user.user)
            )
            connection.execute(
                'INSERT INTO posts (account, "user") VALUES (?, ?)', (account.user, user.user)
            )

    def close_account(self, user: User) -> tuple[int, int]:
        """End how somebody signs in, with every session, phone and link; gives how many sessions
        and phones."""
        with self._database.writing() as connection:
            for table in ("accounts", "links", "posts", "phones", "barred"):
                connection.execute(f"DELETE FROM {table} WHERE account = ?", (user.user,))  # noqa: S608 - a name of ours
            connection.execute("INSERT INTO barred (account) VALUES (?)", (user.user,))
            devices = connection.execute(
                "DELETE FROM devices WHERE account = ?", (user.user,)
            ).rowcount
            sessions = connection.execute(
                'DELETE FROM sessions WHERE account = ? OR "user" = ?', (user.user, user.user)
            ).rowcount
        return sessions, devices

    # Inside

    def _take_link(self, connection: Connection, token: str, now: datetime) -> Invited:
        hashed = self._hashing.keyed("link", token)
        found = self._of_link(
            connection.execute(
                "SELECT account, straight_in, expires FROM links WHERE hash = ?", (hashed,)
            ).fetchall(),
            now,
        )
        connection.execute("DELETE FROM links WHERE hash = ?", (hashed,))
        return found

    def _of_link(self, rows: Iterable[tuple[str, int, str]], now: datetime) -> Invited:
        for account, straight_in, expires in rows:
            user = self._directory.holder(account)
            if user is not None and datetime.fromisoformat(expires) > now:
                return Invited(user, bool(straight_in))
        raise NoSuchLink

    def _admit(self, name: str, now: datetime) -> None:
        rows = self._database.rows("SELECT until FROM attempts WHERE name = ?", (name,))
        until = datetime.fromisoformat(rows[0][0]) if rows else now
        if until > now:
            raise Resting(math.ceil((until - now).total_seconds()))

    def _count(self, name: str, now: datetime) -> None:
        with self._database.writing() as connection:
            rows = connection.execute(
                "SELECT failures FROM attempts WHERE name = ?", (name,)
            ).fetchall()
            failures = (rows[0][0] if rows else 0) + 1
            rests = failures % self._rules.failures == 0
            until = now + self._rules.rest(failures) if rests else now
            connection.execute("DELETE FROM attempts WHERE name = ?", (name,))
            connection.execute(
                "INSERT INTO attempts (name, failures, until) VALUES (?, ?, ?)",
                (name, failures, until.isoformat()),
            )

    def _step(self, secret: bytes, code: str, now: datetime, last: int) -> int | None:
        """The step that a code is of, now or one to either side (RFC 6238 §5.2), after ``last``."""
        code = code.replace(" ", "")
        if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
            return None
        totp, at = _totp(secret), int(now.timestamp()) // STEP
        for step in (at, at - 1, at + 1):
            if step > last and hmac.compare_digest(totp.generate(step * STEP), code.encode()):
                return step
        return None

    def _is(self, password: str, hashed: str) -> bool:
        return self._hashing.is_(password[: self._rules.password.longest], hashed)

    def _of_nobody(self) -> str:
        """What a password is compared with where nobody has the name: for the same work."""
        if self._nobody is None:
            self._nobody = self._hashing.slow(secrets.token_urlsafe())
        return self._nobody


def readable(secret: bytes) -> str:
    """A second factor's secret to type in, where no QR code can be read: in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what authenticators know; as an HMAC it is not weak (RFC 6238 §1.2, 4226 B.2).
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303
