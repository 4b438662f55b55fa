"""Rules of signing in (登录): attempts, passwords, and how long a session lasts.

Source: GB/T 22239-2019 8.1.4.1; NIST SP 800-63B. The numbers are data (policies/sign-in.toml).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator


class PasswordCost(BaseModel):
    """Argon2id (RFC 9106): memory in KiB, passes, lanes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_kib: int = Field(ge=8 * 1024, le=1024 * 1024)
    iterations: int = Field(ge=1, le=20)
    lanes: int = Field(ge=1, le=16)


class PasswordRules(BaseModel):
    """What a password (密码) has to be; lengths in characters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest: int = Field(ge=8)
    longest: int = Field(le=1024)
    never: tuple[str, ...]
    cost: PasswordCost

    def fault(self, password: str, login: str) -> str | None:
        """What is wrong with a new password, in Chinese; None where nothing is."""
        plain = password.casefold()
        if len(password) < self.shortest:
            return f"密码至少{self.shortest}个字符，可以是一句只有自己记得的话。"
        if len(password) > self.longest:
            return f"密码最多{self.longest}个字符。"
        if login.casefold() in plain or any(word in plain for word in self.never):
            return "密码里不要有登录名或常见的词，请换一句话。"
        if len(set(plain)) < 5:
            return "密码里不同的字符太少，请换一句话。"
        return None


class PhoneRules(BaseModel):
    """Signing in at a phone (用手机登录): codes by text message, and a PIN (手机密码) after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code_minutes: PositiveInt
    code_tries: PositiveInt
    codes: PositiveInt
    codes_hours: PositiveInt
    codes_of_all: PositiveInt
    device_days: PositiveInt
    devices: PositiveInt
    pin_failures: PositiveInt
    never: tuple[str, ...]

    def pin_fault(self, pin: str, number: str) -> str | None:
        """What is wrong with a new PIN on the phone of this number, in Chinese; None where nothing
        is."""
        if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
            return "手机密码是六位数字，请重填。"
        if _simple(pin) or pin in self.never or pin in number:
            return "这个手机密码太容易猜到，请换六位没有规律的数字。"
        if _birthday(pin):
            return "手机密码不要用像生日、年月的数字，请换六位。"
        return None


PIN_DIGITS = 6
_FROM, _UNTIL = 1900, 2099
"""Years that somebody would think of."""


def _simple(pin: str) -> bool:
    """Few digits, a row of neighbours, or the same part again."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    same = any(pin == pin[:length] * (len(pin) // length) for length in (1, 2, 3))
    return len(set(pin)) < 3 or steps in ({1}, {9}) or same or pin[::2] == pin[1::2]


def _birthday(pin: str) -> bool:
    """A day as year, month, day of two figures each, in any order that is usual; or a month of a
    year."""
    one, two, three = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    days = any(
        1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]
        for month, day in ((two, three), (one, two), (two, one))
    )
    return days or (_FROM <= int(pin[:4]) <= _UNTIL and 1 <= three <= 12)


class ProviderRules(BaseModel):
    """Signing in through an identity provider (统一身份认证)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: PositiveInt
    leeway_seconds: int = Field(ge=0, le=300)


class SignInRules(BaseModel):
    """Attempts, links and sessions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failures: PositiveInt
    rest_minutes: PositiveInt
    longest_rest_hours: PositiveInt
    link_hours: PositiveInt
    longest_hours: PositiveInt
    idle_minutes: PositiveInt
    shared_idle_minutes: PositiveInt
    locked_hours: PositiveInt
    draft_days: PositiveInt
    password: PasswordRules
    phone: PhoneRules
    provider: ProviderRules

    @model_validator(mode="after")
    def _in_order(self) -> SignInRules:
        if self.shared_idle_minutes > self.idle_minutes:
            raise ValueError("a shared computer locks no later than one's own")
        return self

    def rest(self, failures: int) -> timedelta:
        """How long a name rests after so many wrong attempts in a row; none below the limit."""
        if failures < self.failures:
            return timedelta()
        # Bounded, because nobody counts for ever.
        doubled: int = min((failures - self.failures) // self.failures, 16)
        longest = timedelta(hours=self.longest_rest_hours)
        return min(timedelta(minutes=self.rest_minutes * (1 << doubled)), longest)

    def idle(self, *, shared: bool) -> timedelta:
        """After how long without anything done a session is locked."""
        return timedelta(minutes=self.shared_idle_minutes if shared else self.idle_minutes)
