"""Working days, school days and due dates. Pure: a calendar's data is an argument.

A due date is an Asia/Shanghai day and ends at 24:00 there; instants are UTC. A year without data
is an error, never a guess: a wrong due date is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

# A fixed offset: China has had no summer time since 1991, and a time-zone file would be I/O.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class CalendarError(ValueError):
    """A calendar that cannot be used. ``text`` is the Chinese sentence for officials."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message, text)
        self.text = text

    def __str__(self) -> str:
        return f"{self.args[0]}: {self.text}"


class CalendarYearMissing(CalendarError):
    """No calendar of this kind for ``year``."""

    def __init__(self, year: int, title: str) -> None:
        super().__init__(
            f"no calendar for {year}",
            f"缺少{year}年的{title}，无法推算期限；请管理员补充该年日历",
        )
        self.year = year
        self.title = title

    def __reduce__(self) -> tuple[type[CalendarYearMissing], tuple[int, str]]:
        return type(self), (self.year, self.title)


def shanghai_date(instant: datetime) -> date:
    """The Asia/Shanghai day of an instant. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI).date()


def end_of_day_utc(day: date) -> datetime:
    """The instant, in UTC, at which an Asia/Shanghai day ends (24:00).

    The instant itself is late: what happens before it is in time.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return (midnight + _DAY).astimezone(UTC)


def add_calendar_days(start: date, n: int) -> date:
    """The ``n``-th calendar day after ``start``; the first day does not count (民法典 201).

    Not moved off a holiday (民法典 203): a child's protection clock runs on holidays too.
    Raises ValueError for a negative ``n``.
    """
    _require_count(n)
    return _plain(start) + n * _DAY


@dataclass(frozen=True, slots=True)
class _WorkingYear:
    provisional: bool
    off: frozenset[date]
    on: frozenset[date]


class WorkingCalendar:
    """Working days of mainland China, by year, from the State Council's notices.

    Args: ``years`` maps year → parsed TOML table: ``provisional`` (bool), ``off`` (weekdays that
    are holidays), ``on`` (weekend days worked instead). An optional ``year`` must agree.
    Raises CalendarError for data that contradicts itself.
    """

    def __init__(self, years: Mapping[int, Mapping[str, Any]]) -> None:
        self._years = {year: _working_year(year, data) for year, data in years.items()}

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked. Raises CalendarYearMissing."""
        day = _plain(day)
        year = self._year(day.year)
        return day in year.on if day.weekday() >= _SATURDAY else day not in year.off

    def add_working_days(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start``; the first day does not count (民法典 201).

        ``n`` = 0 gives ``start`` itself, worked or not.
        Raises CalendarYearMissing if the count reaches a year without data, ValueError for a
        negative ``n``.
        """
        _require_count(n)
        day = _plain(start)
        self._year(day.year)
        while n:
            day += _DAY
            n -= self.is_working_day(day)
        return day

    def is_provisional(self, year: int) -> bool:
        """Whether the year's notice is not published yet, so that due dates may still move.

        Raises CalendarYearMissing.
        """
        return self._year(year).provisional

    @property
    def years(self) -> frozenset[int]:
        """The years that there are."""
        return frozenset(self._years)

    def _year(self, year: int) -> _WorkingYear:
        if year not in self._years:
            raise CalendarYearMissing(year, "工作日历")
        return self._years[year]


@dataclass(frozen=True, slots=True)
class _SchoolYear:
    provisional: bool
    terms: tuple[tuple[date, date], ...]
    off: frozenset[date]
    on: frozenset[date]


class SchoolCalendar:
    """School days by calendar year: working days within a term, and the schools' own swaps.

    Args: ``years`` maps year → parsed TOML table: ``provisional``; ``terms``, a list of
    ``{start, end}`` (both days included) within that calendar year; optional ``off`` (closed,
    for instance for a typhoon) and ``on`` (taught instead, also outside a term).
    ``working`` gives holidays and swapped workdays, which stand only there.
    Raises CalendarError for data that contradicts itself.
    """

    def __init__(self, years: Mapping[int, Mapping[str, Any]], working: WorkingCalendar) -> None:
        self._years = {year: _school_year(year, data) for year, data in years.items()}
        self._working = working

    def is_school_day(self, day: date) -> bool:
        """Whether pupils are taught on a day. Raises CalendarYearMissing."""
        day = _plain(day)
        year = self._year(day.year)
        if day in year.on:
            return True
        if day in year.off or not any(start <= day <= end for start, end in year.terms):
            return False
        return self._working.is_working_day(day)

    def add_school_days(self, start: date, n: int) -> date:
        """The ``n``-th school day after ``start``; as :meth:`WorkingCalendar.add_working_days`."""
        _require_count(n)
        day = _plain(start)
        self._year(day.year)
        while n:
            day += _DAY
            n -= self.is_school_day(day)
        return day

    def school_days_between(self, first: date, last: date) -> int:
        """Number of school days from ``first`` to ``last``, both included.

        Both, because absence is counted so: away on Monday and still on Wednesday is three days.
        None if ``last`` is before ``first``. Raises CalendarYearMissing.
        """
        return sum(self.is_school_day(day) for day in _days(_plain(first), _plain(last)))

    def is_provisional(self, year: int) -> bool:
        """Whether the year's terms, or the holidays in them, are not published yet.

        Raises CalendarYearMissing.
        """
        return self._year(year).provisional or self._working.is_provisional(year)

    def holidays(self, year: int) -> tuple[date, ...]:
        """The first day of each winter and summer holiday (寒暑假) that begins in a calendar year:
        the day after a term, but for one that is only cut at the new year.

        Raises CalendarYearMissing.
        """
        return tuple(end + _DAY for _, end in self._year(year).terms if (end + _DAY).year == year)

    @property
    def years(self) -> frozenset[int]:
        """The years that there are."""
        return frozenset(self._years)

    def _year(self, year: int) -> _SchoolYear:
        if year not in self._years:
            raise CalendarYearMissing(year, "校历")
        return self._years[year]


def _working_year(year: int, data: Mapping[str, Any]) -> _WorkingYear:
    _known(year, data, {"year", "provisional", "off", "on"})
    off, on = _dates(year, data, "off"), _dates(year, data, "on")
    for day in off:
        if day.weekday() >= _SATURDAY:
            raise _broken(year, f"off: {day} is a weekend day")
    for day in on:
        if day.weekday() < _SATURDAY:
            raise _broken(year, f"on: {day} is a weekday")
    return _WorkingYear(_flag(year, data), off, on)


def _school_year(year: int, data: Mapping[str, Any]) -> _SchoolYear:
    _known(year, data, {"year", "provisional", "terms", "off", "on"})
    rows = data.get("terms")
    if not isinstance(rows, list):
        raise _broken(year, "terms: a list is needed")
    terms: list[tuple[date, date]] = []
    for row in rows:
        if not isinstance(row, Mapping) or set(row) != {"start", "end"}:
            raise _broken(year, "terms: start and end are needed")
        start, end = (_date(year, row[key], key) for key in ("start", "end"))
        if end < start or (terms and start <= terms[-1][1]):
            raise _broken(year, f"terms: {start} to {end} is out of order")
        terms.append((start, end))
    off = _dates(year, data, "off", optional=True)
    on = _dates(year, data, "on", optional=True)
    if both := off & on:
        raise _broken(year, f"off and on: {min(both)} is in both")
    return _SchoolYear(_flag(year, data), tuple(terms), off, on)


def _known(year: int, data: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := set(data) - keys:
        raise _broken(year, f"unknown key {min(unknown)}")
    if data.get("year", year) != year:
        raise _broken(year, "the table is of another year")


def _flag(year: int, data: Mapping[str, Any]) -> bool:
    value = data.get("provisional")
    if not isinstance(value, bool):
        raise _broken(year, "provisional: true or false is needed")
    return value


def _dates(
    year: int, data: Mapping[str, Any], key: str, *, optional: bool = False
) -> frozenset[date]:
    rows = data.get(key, [] if optional else None)
    if not isinstance(rows, list):
        raise _broken(year, f"{key}: a list is needed")
    return frozenset(_date(year, row, key) for row in rows)


def _date(year: int, value: object, key: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime) or value.year != year:
        raise _broken(year, f"{key}: a date of that year is needed")
    return value


def _broken(year: int, what: str) -> CalendarError:
    return CalendarError(f"calendar {year}: {what}", f"{year}年日历数据有误，请管理员更正")


def _plain(day: date) -> date:
    """Refuses a datetime: it is a date to the type checker, but equals none in a set."""
    if isinstance(day, datetime):
        raise TypeError("a date is needed, not an instant; see shanghai_date")
    return day


def _require_count(n: int) -> None:
    if n < 0:
        raise ValueError("a term cannot be negative")


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
