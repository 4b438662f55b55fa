"""The schemes by which children are aided (保障项目), as policies/benefits.toml states them: who
takes applications, verifies and decides, what is paid from when until when, and when it is looked
at again. Pure data; domain/aid.py decides by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from domain.organisations import Seat
from domain.terms import Term, parse_term


class Per(StrEnum):
    """What an amount is: for each month, once, or the most that is given."""

    MONTH = "month"
    ONCE = "once"
    CEILING = "ceiling"


PER_WORDS = {Per.MONTH: "元/人/月", Per.ONCE: "元/次", Per.CEILING: "元以内"}


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Standard(_Data):
    """One amount with its first and last day; ``mark`` says how sure it is: V read in the
    instrument, S in a reprint, K from knowledge, guess: to be confirmed before go-live."""

    since: date = Field(default=date.min, alias="from")
    until: date | None = Field(default=None, alias="to")
    yuan: PositiveInt
    per: Per = Per.MONTH
    source: str = Field(min_length=1)
    mark: Literal["V", "S", "K", "guess"]

    @property
    def words(self) -> str:
        """As an official reads it: 3200元/人/月."""
        return f"{self.yuan}{PER_WORDS[self.per]}"


class Scheme(_Data):
    """One scheme. ``aid`` marks aid for schooling, which school and education bureau carry out.

    ``applies``: by whom an application may be taken down; none: the scheme is a name of old
    registers alone. ``in_kind``: something is given or fitted, and then followed up; ``once``: paid
    in one month. ``review``: how long after the grant (or what was given) it is looked at.
    ``ends_at``: the age in years at which somebody has to look whether it goes on.
    ``choose_one``: of all schemes with the same word a child is given one. ``possible_for``:
    categories of a child for which somebody should look whether it applies;
    ``possible_with_disability``: a certificate calls for the same.
    ``legacy``: what it was called before.
    """

    title: str = Field(min_length=1)
    applies: tuple[Seat, ...] = ()
    verifies: Seat | None = None
    decides: Seat | None = None
    amounts: tuple[Standard, ...] = ()
    aid: bool = False
    in_kind: bool = False
    once: bool = False
    give_within: Term | None = None
    review: Term | None = None
    ends_at: PositiveInt | None = None
    choose_one: str | None = None
    possible_for: frozenset[str] = frozenset()
    possible_with_disability: bool = False
    legacy: tuple[str, ...] = ()
    source: str = Field(min_length=1)

    @field_validator("give_within", "review", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return parse_term(value)

    @field_validator("amounts")
    @classmethod
    def _follow_each_other(cls, found: tuple[Standard, ...]) -> tuple[Standard, ...]:
        for one, other in pairwise(found):
            if one.until is None or one.until + timedelta(days=1) != other.since:
                raise ValueError("amounts must follow each other day by day")
        return found

    @model_validator(mode="after")
    def _somebody_answers(self) -> Scheme:
        if self.applies and (self.verifies is None or self.decides is None):
            raise ValueError(f"{self.title}: nobody verifies or decides what is applied for")
        if self.in_kind != (self.give_within is not None):
            raise ValueError(f"{self.title}: what is given in kind has a day by which it is")
        return self

    def standard_on(self, day: date) -> Standard | None:
        """The amount in force on a day, if the policies name one."""
        return next(
            (each for each in self.amounts if each.since <= day <= (each.until or date.max)), None
        )


def possible_schemes(schemes: Mapping[str, Scheme], categories: Iterable[str]) -> tuple[str, ...]:
    """Schemes that a child of these categories may be entitled to, in the policies' order: that
    somebody should look, and never that it is (domain reference §6)."""
    found = frozenset(categories)
    return tuple(code for code, scheme in schemes.items() if scheme.possible_for & found)
