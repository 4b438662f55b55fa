"""Rules of signing in (登录): attempts, passwords, and how long a session lasts.

Source: GB/T 22239-2019 8.1.4.1; NIST SP 800-63B. The numbers are data (policies/sign-in.toml).
"""

from __future__ import annotations

from datetime import timedelta

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
