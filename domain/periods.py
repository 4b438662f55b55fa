"""Months, quarters, half-years and years that are reported on or in which something is owed, as
``2025-03``, ``2025-Q1``, ``2025-H1`` and ``2025``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

PERIOD = re.compile(r"(?P<year>20\d\d)-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))", re.ASCII)
"""A month or a quarter."""

_ANY = re.compile(
    r"(?P<year>20\d\d)(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?",
    re.ASCII,
)


class Every(StrEnum):
    """How often (频次)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    HOLIDAY = "holiday"
    """Before each winter and each summer holiday of schools (寒暑假前): of the school calendar."""


EVERY_WORDS = {
    Every.MONTH: "每月",
    Every.QUARTER: "每季度",
    Every.HALF_YEAR: "每半年",
    Every.YEAR: "每年",
    Every.HOLIDAY: "每个寒暑假前",
}

_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def is_quarter(period: str) -> bool:
    """Whether it is one of a quarter."""
    return "Q" in period


def period_of(day: date, every: Every) -> str:
    """The month, quarter, half-year or year that a day is in. Raises KeyError for a holiday, which
    follows from no day alone."""
    number = (day.month - 1) // _MONTHS[every] + 1
    return {
        Every.MONTH: f"{day.year:04d}-{day.month:02d}",
        Every.QUARTER: f"{day.year:04d}-Q{number}",
        Every.HALF_YEAR: f"{day.year:04d}-H{number}",
        Every.YEAR: f"{day.year:04d}",
    }[every]


def every_of(period: str) -> Every:
    """Of which kind a period is. Raises ValueError for what is none."""
    found = _parsed(period)
    for name, every in (
        ("month", Every.MONTH),
        ("quarter", Every.QUARTER),
        ("half", Every.HALF_YEAR),
    ):
        if found[name]:
            return every
    return Every.YEAR


def begins(period: str) -> date:
    """Its first day. Raises ValueError for what is no period."""
    found = _parsed(period)
    if found["quarter"]:
        month = 3 * int(found["quarter"]) - 2
    elif found["half"]:
        month = 6 * int(found["half"]) - 5
    else:
        month = int(found["month"] or 1)
    return date(int(found["year"]), month, 1)


def following(period: str) -> str:
    """The next one of its kind."""
    every = every_of(period)
    # Beyond its last day, and not beyond the next one's.
    return period_of(begins(period) + timedelta(days=31 * _MONTHS[every]), every)


def last_day(period: str) -> date:
    """Its last day."""
    return begins(following(period)) - timedelta(days=1)


def _parsed(period: str) -> re.Match[str]:
    found = _ANY.fullmatch(period)
    if found is None:
        raise ValueError("no month, quarter, half-year or year")
    return found
