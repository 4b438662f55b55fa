"""What a safety instruction (安全提示) may be (policies/safety-instructions.toml)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from domain.organisations import Seat
from domain.terms import Term, parse_term


class SafetyRules(BaseModel):
    """Who issues one, whom it may be told, how long it stands at most from its day on, how many
    characters its line has at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    issuers: frozenset[Seat] = Field(min_length=1)
    may_be_told: frozenset[Seat] = Field(min_length=1)
    longest: Term
    max_chars: PositiveInt
    source: str

    @field_validator("longest", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @model_validator(mode="after")
    def _has_a_last_day(self) -> SafetyRules:
        if self.longest.unit in ("minutes", "hours"):
            raise ValueError("longest: a term of days or months, for an instruction ends on a day")
        return self
