"""Months and quarters that are reported on, as ``2025-03`` and ``2025-Q1``."""

from __future__ import annotations

import re
from datetime import date, timedelta

PERIOD = re.compile(r"(?P<year>20\d\d)-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))", re.ASCII)


def is_quarter(period: str) -> bool:
    """Whether it is one of a quarter."""
    return "Q" in period


def period_of(day: date, *, quarterly: bool) -> str:
    """The month, or the quarter, that a day is in."""
    if quarterly:
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}"


def begins(period: str) -> date:
    """Its first day. Raises ValueError for what is no period."""
    found = PERIOD.fullmatch(period)
    if found is None:
        raise ValueError("no month or quarter")
    month = int(found["month"] or 3 * int(found["quarter"]) - 2)
    return date(int(found["year"]), month, 1)


def following(period: str) -> str:
    """The next one of its kind."""
    quarterly = is_quarter(period)
    return period_of(begins(period) + timedelta(days=100 if quarterly else 31), quarterly=quarterly)


def last_day(period: str) -> date:
    """Its last day."""
    return begins(following(period)) - timedelta(days=1)
