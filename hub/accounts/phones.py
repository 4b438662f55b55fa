"""Signing in at a phone: a code by text message makes it a registered one (登记的手机), a PIN
(手机密码) opens it from then on.

Whose number is not registered is told what everybody is told, after the same work; what goes out is
sent when that has been answered. Wrong codes and wrong PINs are counted before they are looked at,
so that nobody tries several at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.identifiers import IdentifierError, parse_phone
from domain.sign_in import PhoneRules
from hub.accounts.accounts import NotGood, NotSignedIn, Resting
from hub.accounts.hashing import Hashing
from hub.directory import Directory, User
from hub.storage.sql import Connection, Database

SendsText = Callable[[str, str], None]
"""Sends a text to a number; what fails is told by whoever sends."""

_CODE_DIGITS = 6
_MOBILE_DIGITS = 11


class NewCodeNeeded(Exception):
    """This phone is not registered, or no longer opened by its PIN."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for: ``token`` is the browser's that asked, ``send`` sends it."""

    token: str
    send: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Device:
    """A registered phone; ``ready``: its PIN opens it."""

    hash: str
    account: str
    user: User
    ready: bool


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered phone as its person sees it; ``kind``: in words, what it is."""

    hash: str
    kind: str
    begun: str
    seen: str
    ends: str


class Phones:
    """Numbers, codes and registered phones, in the accounts' area."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        hashing: Hashing,
        rules: PhoneRules,
        text: SendsText,
    ) -> None:
        self._database = database
        self._directory = directory
        self._hashing = hashing
        self._rules = rules
        self._text = text

    # Numbers

    def register(self, user: User, number: str) -> None:
        """Say which mobile number somebody has, in the place of the one before: phones that were
        registered by that one are no longer. Raises NotGood."""
        mobile = _mobile(number)
        hashed = self._hashing.keyed("number", mobile)
        with self._database.writing() as connection:
            if connection.execute(
                "SELECT 1 FROM phones WHERE number = ? AND account <> ?", (hashed, user.user)
            ).fetchall():
                raise NotGood("这个手机号已登记给另一个登录名，请核对。")
            self._forget(connection, user.user)
            connection.execute(
                "INSERT INTO phones (account, number, sealed) VALUES (?, ?, ?)",
                (user.user, hashed, self._hashing.sealed(user.user, mobile.encode())),
            )

    def unregister(self, user: User) -> None:
        """Let somebody sign in by no phone any more."""
        with self._database.writing() as connection:
            self._forget(connection, user.user)

    def number_of(self, account: str) -> str | None:
        """The number that an account has."""
        rows = self._database.rows("SELECT sealed FROM phones WHERE account = ?", (account,))
        return self._hashing.opened(account, bytes(rows[0][0])).decode() if rows else None

    # Codes

    def ask(self, number: str, now: datetime) -> Asked:
        """Ask for a code. Raises NotGood for what is no mobile number, Resting where this number,
        or all together, were sent enough."""
        hashed = self._hashing.keyed("number", _mobile(number))
        token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**_CODE_DIGITS):06d}"
        since = (now - timedelta(hours=self._rules.codes_hours)).isoformat()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM phone_codes WHERE at <= ?", (since,))
            held = connection.execute(
                "SELECT account FROM phones WHERE number = ?", (hashed,)
            ).fetchall()
            account = held[0][0] if held and self._directory.holder(held[0][0]) else None
            ((of_number,),) = connection.execute(
                "SELECT count(*) FROM phone_codes WHERE number = ?", (hashed,)
            ).fetchall()
            # Only what is sent: numbers that are nobody's do not use up what others need.
            ((of_all,),) = connection.execute(
                "SELECT count(*) FROM phone_codes WHERE account IS NOT NULL"
            ).fetchall()
            if of_number >= self._rules.codes or of_all >= self._rules.codes_of_all:
                raise Resting(self._rules.codes_hours * 3600)
            connection.execute(
                "INSERT INTO phone_codes (asked, number, account, code, tries, at)"
                " VALUES (?, ?, ?, ?, 0, ?)",
                (
                    self._hashing.keyed("asked", token),
                    hashed,
                    account,
                    self._hashing.keyed("code", token + code) if account else None,
                    now.isoformat(),
                ),
            )

        def send() -> None:
            to = self.number_of(account) if account else None
            if to is not None:
                minutes = self._rules.code_minutes
                text = f"验证码{code}，{minutes}分钟内有效，用于登录未成年人保护协同平台。"
                self._text(to, f"{text}不要告诉任何人。")

        return Asked(token, send)

    def register_device(self, token: str, code: str, kind: str, before: str, now: datetime) -> str:
        """Take a code and make a phone a registered one, which waits for its PIN; gives its token.
        ``kind``: in words, what it is; ``before``: the token that its browser had until now, which
        opens nothing any more. Raises NotSignedIn."""
        asked = self._hashing.keyed("asked", token)
        with self._database.writing() as connection:
            connection.execute("UPDATE phone_codes SET tries = tries + 1 WHERE asked = ?", (asked,))
            rows = connection.execute(
                "SELECT account, code, tries, at FROM phone_codes WHERE asked = ?", (asked,)
            ).fetchall()
            account = self._of_code(rows, self._hashing.keyed("code", token + code), now)
            new = secrets.token_urlsafe(32)
            if account is not None:
                connection.execute("UPDATE phone_codes SET code = NULL WHERE asked = ?", (asked,))
                _end(connection, self._hashing.keyed("device", before))
                waits = now + timedelta(minutes=self._rules.code_minutes)
                connection.execute(
                    "INSERT INTO devices (hash, account, kind, failures, begun, seen, ends)"
                    " VALUES (?, ?, ?, 0, ?, ?, ?)",
                    (
                        self._hashing.keyed("device", new),
                        account,
                        kind,
                        now.isoformat(),
                        now.isoformat(),
                        waits.isoformat(),
                    ),
                )
        if account is None:
            raise NotSignedIn
        return new

    # Registered phones

    def device(self, token: str, now: datetime) -> Device | None:
        """The registered phone of a token, or None."""
        hashed = self._hashing.keyed("device", token)
        rows = self._database.rows(
            "SELECT account, pin, failures, ends FROM devices WHERE hash = ?", (hashed,)
        )
        if not rows or datetime.fromisoformat(rows[0][3]) <= now:
            return None
        account, pin, failures, _ = rows[0]
        user = self._directory.holder(account)
        ready = pin is not None and failures < self._rules.pin_failures
        return Device(hashed, account, user, ready) if user is not None else None

    def set_pin(self, token: str, pin: str, now: datetime) -> Device:
        """Set the PIN of a phone that waits for it. Raises NotGood, NewCodeNeeded."""
        found = self.device(token, now)
        if found is None or found.ready:
            raise NewCodeNeeded
        fault = self._rules.pin_fault(pin, self.number_of(found.account) or "")
        if fault is not None:
            raise NotGood(fault)
        hashed = self._hashing.slow(pin, short=True)
        ends = now + timedelta(days=self._rules.device_days)
        with self._database.writing() as connection:
            taken = connection.execute(
                "UPDATE devices SET pin = ?, ends = ? WHERE hash = ? AND pin IS NULL",
                (hashed, ends.isoformat(), found.hash),
            ).rowcount
            if not taken:
                raise NewCodeNeeded
            connection.execute("DELETE FROM devices WHERE ends <= ?", (now.isoformat(),))
            held = connection.execute(
                "SELECT hash FROM devices WHERE account = ? AND pin IS NOT NULL AND hash <> ?"
                " ORDER BY seen DESC",
                (found.account, found.hash),
            ).fetchall()
            for (each,) in held[self._rules.devices - 1 :]:
                _end(connection, each)
        return Device(found.hash, found.account, found.user, True)

    def by_pin(self, token: str, pin: str, now: datetime) -> Device:
        """Whose phone it is, opened by its PIN. Raises NotSignedIn, NewCodeNeeded."""
        found = self.device(token, now)
        if found is None or not found.ready:
            raise NewCodeNeeded
        with self._database.writing() as connection:
            admitted = connection.execute(
                "UPDATE devices SET failures = failures + 1 WHERE hash = ? AND failures < ?",
                (found.hash, self._rules.pin_failures),
            ).rowcount
        rows = self._database.rows("SELECT pin FROM devices WHERE hash = ?", (found.hash,))
        if not admitted or not rows:
            raise NewCodeNeeded
        if not self._hashing.is_(pin, rows[0][0], short=True):
            raise NotSignedIn
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE devices SET failures = 0, seen = ? WHERE hash = ?",
                (now.isoformat(), found.hash),
            )
        return found

    def devices_of(self, account: str, now: datetime) -> list[Registered]:
        """The registered phones of an account, the one used last first."""
        rows = self._database.rows(
            "SELECT hash, kind, begun, seen, ends FROM devices"
            " WHERE account = ? AND pin IS NOT NULL AND ends > ? ORDER BY seen DESC",
            (account, now.isoformat()),
        )
        return [Registered(*row) for row in rows]

    def end(self, account: str, device: str) -> None:
        """Register a phone of this account no more, and end its sessions; nobody else's."""
        with self._database.writing() as connection:
            if connection.execute(
                "SELECT 1 FROM devices WHERE hash = ? AND account = ?", (device, account)
            ).fetchall():
                _end(connection, device)

    # Inside

    def _of_code(
        self, rows: list[tuple[str | None, str | None, int, str]], code: str, now: datetime
    ) -> str | None:
        lasts = timedelta(minutes=self._rules.code_minutes)
        for account, hashed, tries, at in rows:
            if account is None or hashed is None or tries > self._rules.code_tries:
                continue
            in_time = datetime.fromisoformat(at) + lasts > now
            if in_time and secrets.compare_digest(hashed, code):
                return account if self._directory.holder(account) is not None else None
        return None

    def _forget(self, connection: Connection, account: str) -> None:
        connection.execute("DELETE FROM phones WHERE account = ?", (account,))
        connection.execute("DELETE FROM phone_codes WHERE account = ?", (account,))
        for (each,) in connection.execute(
            "SELECT hash FROM devices WHERE account = ?", (account,)
        ).fetchall():
            _end(connection, each)


def _end(connection: Connection, device: str) -> None:
    connection.execute("DELETE FROM devices WHERE hash = ?", (device,))
    connection.execute("DELETE FROM sessions WHERE device = ?", (device,))


def _mobile(number: str) -> str:
    """A mobile number in its eleven digits. Raises NotGood."""
    try:
        mobile = parse_phone(number)
    except IdentifierError:
        mobile = ""
    if len(mobile) != _MOBILE_DIGITS or not mobile.startswith("1"):
        raise NotGood("请填写11位手机号。")
    return mobile
