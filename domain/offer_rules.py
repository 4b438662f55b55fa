"""Who offers what, and which children go first (优先): policies/offers.toml."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.offer_codes import OfferKind
from domain.organisations import Seat
from domain.terms import Term, parse_term


class Ground(StrEnum):
    """What of a child's file makes it go first."""

    IN_SCOPE = "in_scope"
    """It is one of those whom the plan is for: left behind or in difficulty."""
    ENHANCED = "enhanced"
    """It is visited more often (加强走访)."""


class OfferRule(BaseModel):
    """One kind of offer: which seats offer it, who goes first, whether a guardian has to agree."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    by: frozenset[Seat] = Field(min_length=1)
    first: frozenset[Ground]
    guardian_agrees: bool
    source: str = Field(min_length=1)


class OfferRules(BaseModel):
    """Every kind. ``signs_up``: seats that sign children up; ``lapses_after``: how long after the
    day by which a spot is to be answered the next one in the queue has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    signs_up: frozenset[Seat] = Field(min_length=1)
    lapses_after: Term
    kinds: dict[OfferKind, OfferRule]

    @field_validator("lapses_after", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)
