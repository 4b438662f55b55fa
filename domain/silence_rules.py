"""Who is shown which silences of the district, and which feeds come how often
(policies/silence.toml)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from domain.organisations import Seat
from domain.terms import Term, parse_term


class FeedRule(BaseModel):
    """What organisations of a seat send by themselves, and for how long nothing of it may come."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    seat: Seat
    topics: frozenset[str] = Field(min_length=1)
    every: Term
    source: str = Field(min_length=1)

    @field_validator("every", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)


class SilenceRules(BaseModel):
    """``by_organisation``: seats that see counts of every organisation; ``as_counts``: seats that
    see them by kind of organisation, where no count is smaller than ``suppress_below``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    by_organisation: frozenset[Seat]
    as_counts: frozenset[Seat]
    suppress_below: PositiveInt
    source: str
    without_lead: frozenset[str] = frozenset()
    """Kinds of referral that belong to no case, and wait for no lead (policies/leads.toml)."""
    feeds: dict[str, FeedRule]
