"""Who owes what how often (按期应办事项): policies/duties.toml, and the periods it is owed in.

A period is a month, quarter, half-year or year, or the weeks before a school holiday
(``2026-WINTER``), whose first day stands in the school calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, model_validator

from domain.calendar import CalendarYearMissing, SchoolCalendar
from domain.organisations import TOWN_DIGITS, Seat, seat_of
from domain.periods import Every, begins, every_of, following, last_day, period_of

_DAY = timedelta(days=1)
_HOLIDAY = re.compile(r"(20\d\d)-(WINTER|SUMMER)", re.ASCII)


class Each(StrEnum):
    """For each of what it is owed, where not once for the organisation."""

    VILLAGE = "village"
    TOWN = "town"


class Satisfies(BaseModel):
    """What counts: facts of a topic whose clear facts hold one of the values named."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    topic: str
    where: dict[str, frozenset[str]] = {}

    def holds(self, topic: str, clear: Mapping[str, Any]) -> bool:
        """Whether a fact is such a one."""
        return topic == self.topic and all(
            str(clear.get(name)) in values for name, values in self.where.items()
        )


class DutyRule(BaseModel):
    """One row: owed ``by`` every organisation of these seats, ``times`` in each period, for
    ``each`` village or town of its area where it says so. ``opens_before``: how many days before a
    holiday what is held counts as before it. ``ladder``: who is told when it is missed, where that
    is not as the seat says (policies/escalation.toml)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = Field(min_length=1)
    by: tuple[Seat, ...] = Field(min_length=1)
    each: Each | None = None
    every: Every
    times: PositiveInt = 1
    opens_before: PositiveInt | None = None
    ladder: str | None = None
    satisfied_by: tuple[Satisfies, ...] = Field(min_length=1)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _of_a_holiday(self) -> DutyRule:
        if (self.every is Every.HOLIDAY) != (self.opens_before is not None):
            raise ValueError(f"{self.title}: opens_before belongs to what is owed before a holiday")
        if self.each is not None and self.times != 1:
            raise ValueError(f"{self.title}: what is owed for each place is owed once")
        return self

    def counts(self, topic: str, clear: Mapping[str, Any]) -> bool:
        """Whether a fact is one of what is owed."""
        return any(each.holds(topic, clear) for each in self.satisfied_by)


class DutyRules(BaseModel):
    """Every row by its name, and the villages of the district by their codes, by which area and
    towns are known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    duties: dict[str, DutyRule]
    villages: tuple[str, ...] = ()

    def owed_by(self, organisation: str) -> Iterator[str]:
        """The names of the rows by which an organisation owes something."""
        seat = seat_of(organisation)
        return (name for name, rule in self.duties.items() if seat in rule.by)

    def places(self, name: str, organisation: str) -> frozenset[str]:
        """The codes of the villages or towns for each of which it is owed; none, where it is owed
        once for the organisation."""
        each = self.duties[name].each
        if each is None:
            return frozenset()
        area = organisation.partition(":")[2] if seat_of(organisation) is Seat.TOWN else ""
        digits = TOWN_DIGITS if each is Each.TOWN else None
        return frozenset(code[:digits] for code in self.villages if code.startswith(area))

    def needed(self, name: str, organisation: str) -> int:
        """How many there have to be in a period."""
        places = self.places(name, organisation)
        return len(places) if self.duties[name].each is not None else self.duties[name].times

    def window(self, name: str, period: str, school: SchoolCalendar) -> tuple[date, date]:
        """The first and the last day on which what is held counts for a period. Raises ValueError
        for one in which the row owes nothing, and CalendarYearMissing."""
        rule = self.duties[name]
        if rule.every is not Every.HOLIDAY:
            if every_of(period) is not rule.every:
                raise ValueError("a period of another kind")
            return begins(period), last_day(period)
        found = _HOLIDAY.fullmatch(period)
        if found is not None:
            for off in school.holidays(int(found[1])):
                if _holiday(off) == period:
                    return off - timedelta(days=rule.opens_before or 0), off - _DAY
        raise ValueError("no holiday")

    def period_on(self, name: str, day: date, school: SchoolCalendar) -> str | None:
        """The period that a day is in; None outside of the weeks before a holiday."""
        every = self.duties[name].every
        if every is not Every.HOLIDAY:
            return period_of(day, every)
        for period in _holidays(day, day, school):
            first, last = self.window(name, period, school)
            if first <= day <= last:
                return period
        return None

    def periods(self, name: str, since: date, until: date, school: SchoolCalendar) -> list[str]:
        """The periods that are open on some day from ``since`` to ``until``, the first first."""
        every = self.duties[name].every
        if every is Every.HOLIDAY:
            windows = ((p, self.window(name, p, school)) for p in _holidays(since, until, school))
            return [p for p, (first, last) in windows if first <= until and last >= since]
        found, period = [], period_of(since, every)
        while begins(period) <= until:
            found.append(period)
            period = following(period)
        return found

    def next_look(self, day: date, school: SchoolCalendar) -> date:
        """The next day after ``day`` on which a period begins, or a month: organisations that are
        new, and a school calendar that is published, are found with the month."""
        found = [begins(following(period_of(day, Every.MONTH)))]
        for name, rule in self.duties.items():
            if rule.every is Every.HOLIDAY:
                periods = _holidays(day, found[0], school)
                found += [self.window(name, period, school)[0] for period in periods]
        return min(each for each in found if each > day)


def _holiday(first_day_off: date) -> str:
    return f"{first_day_off.year}-{'WINTER' if first_day_off.month < 5 else 'SUMMER'}"


_WORDS = {
    **{f"Q{number}": f"第{word}季度" for number, word in enumerate("一二三四", 1)},
    **{"H1": "上半年", "H2": "下半年", "WINTER": "寒假前", "SUMMER": "暑假前"},
}


def period_words(period: str) -> str:
    """How officials read a period: 2025年第一季度, 2026年寒假前, 2025年3月."""
    year, _, part = period.partition("-")
    if not part:
        return f"{year}年"
    return f"{year}年{_WORDS.get(part) or f'{part.lstrip(chr(48))}月'}"


def _holidays(since: date, until: date, school: SchoolCalendar) -> list[str]:
    """The holidays that begin in the years of two days or the one after; a year that is not
    published yet has none that anybody could be ready for."""
    found: list[str] = []
    for year in range(since.year, until.year + 2):
        with suppress(CalendarYearMissing):
            found += map(_holiday, school.holidays(year))
    return found
