"""Lengths of time (期限): minutes and hours run on; days, working days, school days and months end
at 24:00 of a Shanghai day. Pure: the calendars are arguments.

A month ends on the same day of the next one, or on its last where that has none (民法典 202).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from domain.calendar import (
    CalendarYearMissing,
    SchoolCalendar,
    WorkingCalendar,
    end_of_day_utc,
    shanghai_date,
)

Unit = Literal["minutes", "hours", "days", "working_days", "school_days", "months"]
THROUGH: Final = frozenset({"minutes", "hours", "days", "months"})
"""Units that run through nights and holidays."""
_UNIT_WORDS: Final[Mapping[str, str]] = {
    "minutes": "分钟",
    "hours": "小时",
    "days": "日",
    "working_days": "个工作日",
    "school_days": "个上学日",
    "months": "个月",
}
_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


class Term(BaseModel):
    """A length of time."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def words(self) -> str:
        """As an official reads it: 5个工作日."""
        return f"{self.amount}{_UNIT_WORDS[self.unit]}"


def parse_term(value: object) -> object:
    """``"3 working_days"`` as the parts of a :class:`Term`; anything else as it is."""
    if not isinstance(value, str):
        return value
    amount, unit = value.split(" ")
    return {"amount": int(amount), "unit": unit}


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later, or that month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of(due_at: datetime) -> date:
    """The Shanghai day that ends at, or holds, an instant: of 24:00 the day that ends."""
    return shanghai_date(due_at - _INSTANT)


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms on the district's calendars."""

    working: WorkingCalendar
    school: SchoolCalendar

    def due(self, term: Term, start: datetime) -> datetime:
        """The instant (UTC) at which ``term``, begun at ``start``, is over. Raises
        CalendarYearMissing."""
        exact = _exact(term)
        if exact is not None:
            return start + exact
        return end_of_day_utc(self.last_day(term, shanghai_date(start)))

    def last_day(self, term: Term, day: date) -> date:
        """The last Shanghai day of a ``term`` of days or months begun on ``day``. Raises ValueError
        for a term of minutes or hours, which has none, and CalendarYearMissing."""
        if term.unit == "days":
            return day + timedelta(days=term.amount)
        if term.unit == "months":
            return months_after(day, term.amount)
        if term.unit == "working_days":
            return self.working.add_working_days(day, term.amount)
        if term.unit == "school_days":
            return self.school.add_school_days(day, term.amount)
        raise ValueError(term.unit)

    def earlier(self, term: Term, due_at: datetime) -> datetime:
        """The instant ``term`` before ``due_at``: exact for minutes and hours; else the end of the
        day from which that many days are left."""
        exact = _exact(term)
        if exact is not None:
            return due_at - exact
        day = last_day_of(due_at)
        if term.unit == "months":
            return end_of_day_utc(months_after(day, -term.amount))
        counts, left = self._counts(term.unit), term.amount
        while left:
            left -= counts(day)
            day -= _DAY
        return end_of_day_utc(day)

    def morning_after(self, term: Term, base: datetime, hour: int) -> datetime:
        """The instant ``term`` after ``base`` at which somebody may be told: exact for minutes and
        hours; else at an ``hour`` (Shanghai) once so many days have gone by, on a day that counts.
        What ended with a day begins with the next."""
        exact = _exact(term)
        if exact is not None:
            return base + exact
        ended = last_day_of(base)
        amount = term.amount + (base == end_of_day_utc(ended))
        day = self.last_day(Term(amount=amount, unit=term.unit), ended)
        return end_of_day_utc(day - _DAY) + timedelta(hours=hour)

    def later(
        self, term: Term | None, due_at: datetime, since: datetime, until: datetime
    ) -> datetime:
        """``due_at`` put off by the time from ``since`` to ``until``, in the term's own unit: what
        is counted in days is put off by the counted days that began between, and ends at 24:00 as
        before. Without a term by calendar days where it ends a day, else exactly."""
        ends_a_day = due_at == end_of_day_utc(last_day_of(due_at))
        unit = term.unit if term else "days" if ends_a_day else "hours"
        if unit in ("minutes", "hours"):
            return due_at + (until - since)
        counts = self._counts(unit)
        away = sum(map(counts, _after(shanghai_date(since), shanghai_date(until))))
        day = last_day_of(due_at)
        while away:
            day += _DAY
            away -= counts(day)
        return end_of_day_utc(day)

    def moved(self, term: Term, due_at: datetime, by: timedelta) -> datetime:
        """A due date that was put off since, ``by`` as much as its first one moved: on a day that
        the term counts."""
        found = due_at + by
        counts, day = self._counts(term.unit), last_day_of(found)
        if term.unit in ("minutes", "hours"):
            return found
        while not counts(day):
            day += _DAY
        return end_of_day_utc(day)

    def provisional(self, term: Term | None, start: datetime, due_at: datetime) -> bool:
        """Whether a due date counts days of a year that is not published yet. Raises
        CalendarYearMissing."""
        if term is None or term.unit in THROUGH:
            return False
        calendar = self.working if term.unit == "working_days" else self.school
        years = range(shanghai_date(start).year, last_day_of(due_at).year + 1)
        return any(calendar.is_provisional(year) for year in years)

    def missing(self, today: date) -> tuple[CalendarYearMissing, ...]:
        """What of this year's and the next one's calendars is not there: terms begun today may
        reach into either."""
        return tuple(
            CalendarYearMissing(year, title)
            for year in (today.year, today.year + 1)
            for title, calendar in (("工作日历", self.working), ("校历", self.school))
            if year not in calendar.years
        )

    def _counts(self, unit: str) -> Callable[[date], bool]:
        if unit == "working_days":
            return self.working.is_working_day
        if unit == "school_days":
            return self.school.is_school_day
        return lambda day: True


def _exact(term: Term) -> timedelta | None:
    if term.unit in ("minutes", "hours"):
        return timedelta(**{term.unit: term.amount})
    return None


def _after(first: date, last: date) -> Iterator[date]:
    """The days after ``first`` up to ``last``."""
    while first < last:
        first += _DAY
        yield first
