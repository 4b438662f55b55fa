"""What a safety instruction (安全提示) and a safe contact (安全联系人) may be
(policies/safety-instructions.toml, policies/safe-contacts.toml)."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from domain.organisations import Seat
from domain.terms import Term, parse_term


def is_older(day: date | None, newest: date | None) -> bool:
    """Whether what is of ``day`` says nothing of what stands, for the newest is of a later one:
    filed late, or put right, it is kept, and neither ends the newer one nor takes its place."""
    return day is not None and newest is not None and day < newest


class _UntilADay(BaseModel):
    """``longest``: for how long one stands at most from its day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    longest: Term
    source: str

    @field_validator("longest", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @model_validator(mode="after")
    def _has_a_last_day(self) -> Self:
        if self.longest.unit in ("minutes", "hours"):
            raise ValueError("longest: a term of days or months, for it ends on a day")
        return self


class SafeContactRules(_UntilADay):
    """Who names one, and how long a name is at most."""

    stated_by: frozenset[Seat] = Field(min_length=1)
    max_name: PositiveInt


class SafetyRules(_UntilADay):
    """Who issues one, whom it may be told, how many characters its line has at most."""

    issuers: frozenset[Seat] = Field(min_length=1)
    may_be_told: frozenset[Seat] = Field(min_length=1)
    max_chars: PositiveInt
