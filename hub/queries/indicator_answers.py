"""What is answered of indicators: never an exact small number of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator in a year: ``value`` in tenths of a per cent for shares, None where it is left
    out or there is nothing; ``words`` as officials read it. ``until``: what was recorded, and
    happened, by that day is in it. ``reached``: whether the year's target is, None where it has
    none or the value is not shown."""

    code: str
    title: str
    owner: str
    owner_name: str
    reported_by: str
    reported_by_name: str
    matter: str
    unit: str
    definition: str
    reads: str
    year: int
    until: date
    value: int | None
    words: str
    last_year: int | None
    last_year_words: str
    target: int | None
    target_words: str
    target_2026: int | None
    target_2026_words: str
    reached: bool | None


@dataclass(frozen=True, slots=True)
class IndicatorTown:
    """An indicator of things in one town."""

    town: str
    town_name: str
    value: int | None
    words: str


@dataclass(frozen=True, slots=True)
class IndicatorYear:
    """What is shown of an indicator for one year, and what was to be reached."""

    year: int
    value: int | None
    words: str
    target: int | None
    target_words: str


@dataclass(frozen=True, slots=True)
class IndicatorDetail:
    """An indicator, some years of it, and its towns, where it is by town and tells of things; of
    people there is a table by town once the year's return is drawn up. ``source``: where the plan
    asks for it."""

    row: IndicatorRow
    source: str
    towns: tuple[IndicatorTown, ...]
    years: tuple[IndicatorYear, ...] = ()
