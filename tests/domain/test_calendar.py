"""Due dates are working days of a published calendar, and end at 24:00 in Shanghai."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    CalendarError,
    CalendarYearMissing,
    SchoolCalendar,
    WorkingCalendar,
    add_calendar_days,
    end_of_day_utc,
    shanghai_date,
)

FOLDER = Path(__file__).parents[2] / "policies" / "calendar"
YEARS = range(2024, 2029)


def read(prefix: str) -> dict[int, dict[str, Any]]:
    return {
        year: tomllib.loads((FOLDER / f"{prefix}{year}.toml").read_text("utf-8")) for year in YEARS
    }


WORKING = WorkingCalendar(read(""))
SCHOOL = SchoolCalendar(read("school-"), WORKING)

days = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 31))


# --- working days ---


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 3, 3), True),  # a plain Monday
        (date(2025, 3, 1), False),  # a plain Saturday
        (date(2025, 10, 1), False),  # National Day, a Wednesday
        (date(2025, 10, 8), False),  # Mid-Autumn made the holiday eight days
        (date(2025, 10, 9), True),
        (date(2025, 9, 28), True),  # a Sunday worked instead
        (date(2025, 10, 11), True),  # a Saturday worked instead
        (date(2026, 2, 23), False),
        (date(2026, 1, 4), True),
    ],
)
def test_given_the_published_calendar_then_holidays_and_swaps_are_known(
    day: date, worked: bool
) -> None:
    assert WORKING.is_working_day(day) is worked


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2025, 3, 3), 1, date(2025, 3, 4)),
        (date(2025, 3, 7), 1, date(2025, 3, 10)),
        (date(2025, 3, 8), 1, date(2025, 3, 10)),
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2025, 3, 8), 0, date(2025, 3, 8)),
    ],
)
def test_given_a_start_when_working_days_are_added_then_the_first_day_does_not_count(
    start: date, n: int, due: date
) -> None:
    assert WORKING.add_working_days(start, n) == due


@given(days, st.integers(1, 60))
def test_a_due_date_is_a_working_day_and_exactly_n_lie_after_the_start(start: date, n: int) -> None:
    due = WORKING.add_working_days(start, n)
    between = ((start + timedelta(days=i)) for i in range(1, (due - start).days + 1))
    assert WORKING.is_working_day(due)
    assert sum(WORKING.is_working_day(day) for day in between) == n


@given(days, st.integers(0, 30), st.integers(0, 30))
def test_adding_in_two_steps_is_adding_at_once(start: date, a: int, b: int) -> None:
    one = WORKING.add_working_days(start, a + b)
    assert WORKING.add_working_days(WORKING.add_working_days(start, a), b) == one


def test_given_a_year_without_a_calendar_when_asked_then_a_clear_error_and_no_guess() -> None:
    for ask in (
        lambda: WORKING.is_working_day(date(2029, 1, 3)),
        lambda: WORKING.add_working_days(date(2028, 12, 31), 1),
        lambda: WORKING.add_working_days(date(2029, 1, 1), 0),
        lambda: WORKING.is_provisional(2029),
        lambda: SCHOOL.is_school_day(date(2029, 3, 1)),
        lambda: SCHOOL.school_days_between(date(2028, 12, 31), date(2029, 1, 1)),
        lambda: SCHOOL.is_provisional(2029),
    ):
        with pytest.raises(CalendarYearMissing) as caught:
            ask()
        assert caught.value.year == 2029
        assert "2029年" in caught.value.text


def test_given_the_calendars_then_only_the_unpublished_year_is_provisional() -> None:
    assert [year for year in YEARS if WORKING.is_provisional(year)] == [2027, 2028]
    assert all(SCHOOL.is_provisional(year) for year in YEARS)


def test_given_published_terms_and_unpublished_holidays_then_the_school_year_is_provisional() -> (
    None
):
    data = {2027: {"provisional": False, "terms": []}}
    assert SchoolCalendar(data, WORKING).is_provisional(2027)


# --- calendar days and instants ---


def test_given_calendar_days_then_holidays_count() -> None:
    assert add_calendar_days(date(2025, 9, 30), 3) == date(2025, 10, 3)
    assert add_calendar_days(date(2024, 2, 28), 2) == date(2024, 3, 1)


def test_given_a_negative_term_then_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_calendar_days(date(2025, 1, 1), -1)
    with pytest.raises(ValueError, match="negative"):
        WORKING.add_working_days(date(2025, 1, 1), -1)


def test_given_a_due_day_then_it_ends_at_24_in_shanghai() -> None:
    assert end_of_day_utc(date(2025, 3, 1)) == datetime(2025, 3, 1, 16, tzinfo=UTC)
    assert end_of_day_utc(date(2025, 3, 1)).tzinfo is UTC


def test_given_an_instant_then_its_day_is_shanghais() -> None:
    assert shanghai_date(datetime(2025, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2025, 3, 1)
    assert shanghai_date(datetime(2025, 3, 1, 16, 0, tzinfo=UTC)) == date(2025, 3, 2)
    new_york = timezone(timedelta(hours=-5))
    assert shanghai_date(datetime(2025, 3, 1, 12, 0, tzinfo=new_york)) == date(2025, 3, 2)


def test_given_a_naive_instant_then_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        shanghai_date(datetime(2025, 3, 1))


@given(days)
def test_the_end_of_a_day_belongs_to_the_next_and_the_moment_before_to_the_day(day: date) -> None:
    end = end_of_day_utc(day)
    assert shanghai_date(end) == day + timedelta(days=1)
    assert shanghai_date(end - timedelta(microseconds=1)) == day


def test_given_an_instant_where_a_day_is_asked_then_refused() -> None:
    # A datetime passes for a date, but equals none of the holidays.
    holiday = datetime(2025, 10, 1, tzinfo=UTC)
    for ask in (
        lambda: WORKING.is_working_day(holiday),
        lambda: WORKING.add_working_days(holiday, 1),
        lambda: SCHOOL.is_school_day(holiday),
        lambda: add_calendar_days(holiday, 1),
    ):
        with pytest.raises(TypeError):
            ask()


# --- school days ---


@pytest.mark.parametrize(
    ("day", "taught"),
    [
        (date(2025, 3, 3), True),
        (date(2025, 3, 8), False),  # a Saturday
        (date(2025, 7, 14), False),  # summer holiday
        (date(2025, 2, 8), False),  # a swapped workday in the winter holiday
        (date(2025, 4, 27), True),  # a swapped workday in term
        (date(2025, 10, 1), False),  # a holiday in term
        (date(2025, 9, 1), True),  # first day of a term
        (date(2025, 6, 30), True),  # last day of a term
    ],
)
def test_given_the_terms_then_school_is_on_working_days_within_them(
    day: date, taught: bool
) -> None:
    assert SCHOOL.is_school_day(day) is taught


def test_given_an_absence_from_monday_to_wednesday_then_three_school_days() -> None:
    assert SCHOOL.school_days_between(date(2025, 3, 3), date(2025, 3, 5)) == 3
    assert SCHOOL.school_days_between(date(2025, 3, 7), date(2025, 3, 10)) == 2
    assert SCHOOL.school_days_between(date(2025, 3, 3), date(2025, 3, 3)) == 1
    assert SCHOOL.school_days_between(date(2025, 3, 5), date(2025, 3, 3)) == 0
    assert SCHOOL.school_days_between(date(2025, 7, 5), date(2025, 8, 20)) == 0


def test_given_a_school_closure_and_a_day_taught_instead_then_both_count() -> None:
    data = {
        2025: {
            "provisional": False,
            "terms": [{"start": date(2025, 3, 3), "end": date(2025, 3, 7)}],
            "off": [date(2025, 3, 4)],
            "on": [date(2025, 3, 8)],
        }
    }
    school = SchoolCalendar(data, WORKING)
    taught = [day for day in range(3, 11) if school.is_school_day(date(2025, 3, day))]
    assert taught == [3, 5, 6, 7, 8]


# --- data that contradicts itself ---

GOOD: dict[str, Any] = {"provisional": False, "off": [], "on": []}
TERM = {"start": date(2025, 2, 17), "end": date(2025, 6, 30)}


@pytest.mark.parametrize(
    "change",
    [
        {"off": [date(2025, 3, 1)]},
        {"on": [date(2025, 3, 3)]},
        {"off": [date(2024, 10, 1)]},
        {"off": ["2025-10-01"]},
        {"off": [datetime(2025, 10, 1, tzinfo=UTC)]},
        {"off": None},
        {"provisional": "no"},
        {"year": 2024},
        {"holidays": []},
    ],
)
def test_given_a_broken_working_calendar_then_refused(change: dict[str, Any]) -> None:
    WorkingCalendar({2025: GOOD})
    with pytest.raises(CalendarError) as caught:
        WorkingCalendar({2025: GOOD | change})
    assert "2025年" in caught.value.text


@pytest.mark.parametrize(
    "change",
    [
        {"terms": None},
        {"terms": [{"start": date(2025, 2, 17)}]},
        {"terms": [{"start": date(2025, 6, 30), "end": date(2025, 2, 17)}]},
        {"terms": [TERM, TERM]},
        {"terms": [{"start": date(2025, 9, 1), "end": date(2026, 1, 30)}]},
        {"off": [date(2025, 3, 3)], "on": [date(2025, 3, 3)]},
        {"provisional": None},
        {"year": 2026},
        {"weeks": 20},
    ],
)
def test_given_a_broken_school_calendar_then_refused(change: dict[str, Any]) -> None:
    good = {"provisional": True, "terms": [TERM]}
    SchoolCalendar({2025: good}, WORKING)
    with pytest.raises(CalendarError):
        SchoolCalendar({2025: good | change}, WORKING)
