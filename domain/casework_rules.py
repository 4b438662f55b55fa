"""How a referral is worked, whatever its kind (policies/casework.toml)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from domain.organisations import Post
from domain.terms import Term, parse_term


class ReportLinkRules(BaseModel):
    """How many reports one link takes (报告链接), and for how many days it may stand at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    a_minute: PositiveInt
    a_day: PositiveInt
    days_at_most: PositiveInt
    source: str


class CaseworkRules(BaseModel):
    """Which posts name who handles a referral; for how long one may rest at a time, and why
    (``holds``); why one was never meant to be (``errors``). Codes with what officials read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    assigning_posts: frozenset[Post] = Field(min_length=1)
    hold_at_most: Term
    hold_in_all: int = Field(ge=1)
    """For how many days one rests at most, all its holds together."""
    further_hold_posts: frozenset[Post] = Field(min_length=1)
    """Who lets one rest once more that has rested already."""
    holds: dict[str, str]
    errors: dict[str, str]
    report_links: ReportLinkRules
    source: str

    @field_validator("hold_at_most", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)
