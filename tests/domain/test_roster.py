"""The duty roster (值班表): rows as a sheet writes them, who is on duty, and when nobody is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisations import Post
from domain.roster import (
    RosterRefused,
    Shift,
    duty_number,
    gap_words,
    gaps,
    on_duty,
    read_roster,
)
from tests.domain.invented import STATION

EIGHT = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""08:00 in Shanghai on Monday, 2 March 2026."""
HOUR = timedelta(hours=1)
PEOPLE = {"zhang": "u-1", "li": "u-2"}


def row(**changes: str | None) -> dict[str, str | None]:
    return {
        "post": "值班",
        "begins": "2026-03-02 08:00",
        "ends": "2026-03-02 20:00",
        "user": "zhang",
        "deputy": None,
        **changes,
    }


def read(*rows: dict[str, str | None]) -> list[Shift]:
    return read_roster(STATION, rows, PEOPLE.get)


def codes(*rows: dict[str, str | None]) -> list[tuple[str, str]]:
    with pytest.raises(RosterRefused) as refused:
        read(*rows)
    return [(each.code, each.column) for each in refused.value.faults]


def test_a_row_is_a_shift_to_the_minute() -> None:
    assert read(row(deputy="li")) == [
        Shift(STATION, Post.DUTY, EIGHT, EIGHT + 12 * HOUR, "u-1", "u-2")
    ]


@pytest.mark.parametrize("text", ["2026/3/2 8:00", "2026年3月2日 08:00", "2026-03-02T08:00:00"])
def test_times_are_read_as_people_write_them(text: str) -> None:
    assert read(row(begins=text))[0].begins == EIGHT


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"post": "门卫"}, "ROSTER_POST", "岗位"),
        ({"begins": "今晚"}, "ROSTER_TIME", "开始"),
        ({"begins": "2026-02-30 08:00"}, "ROSTER_TIME", "开始"),
        ({"ends": "2026-03-02 08:00"}, "ROSTER_ENDS", "结束"),
        ({"ends": "2026-03-02"}, "ROSTER_TIME", "结束"),
        ({"user": "999999201501010011"}, "ROSTER_PERSON", "值班人"),
        ({"user": None}, "ROSTER_PERSON", "值班人"),
        ({"deputy": "nobody"}, "ROSTER_PERSON", "替班人"),
        ({"deputy": "zhang"}, "ROSTER_DEPUTY", "替班人"),
    ],
)
def test_what_is_wrong_says_where_and_what_to_do_and_repeats_nothing(
    changes: dict[str, str | None], code: str, column: str
) -> None:
    with pytest.raises(RosterRefused) as refused:
        read(row(begins="2026-03-01 08:00", ends="2026-03-01 20:00"), row(**changes))
    (fault,) = refused.value.faults
    assert (fault.code, fault.column) == (code, f"第2行 {column}")
    for value in changes.values():
        assert value is None or value not in str(fault)


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert codes(
        row(post="门卫"), row(), row(begins="2026-03-02 19:00", ends="2026-03-02 21:00")
    ) == [
        ("ROSTER_POST", "第1行 岗位"),
        ("ROSTER_OVERLAP", "第3行 开始"),
    ]


def test_an_empty_one_and_one_too_long_are_refused() -> None:
    assert codes() == [("ROSTER_EMPTY", "")]
    assert codes(*[row()] * 1001)[-1] == ("ROSTER_TOO_LONG", "")


def test_two_posts_are_filled_at_the_same_time() -> None:
    assert len(read(row(), row(post="值班领导", user="li"))) == 2


def shift(begins: int, ends: int, post: Post = Post.DUTY) -> Shift:
    return Shift(STATION, post, EIGHT + begins * HOUR, EIGHT + ends * HOUR, "u-1")


def test_who_is_on_duty_is_there_from_the_first_minute_to_before_the_last() -> None:
    shifts = [shift(0, 12), shift(12, 24, Post.DUTY_LEADER)]
    assert on_duty(shifts, Post.DUTY, EIGHT) == shifts[0]
    assert on_duty(shifts, Post.DUTY, EIGHT + 12 * HOUR) is None
    assert on_duty(shifts, Post.DUTY_LEADER, EIGHT + 12 * HOUR) == shifts[1]


def test_a_gap_is_told_as_people_speak_of_it() -> None:
    """今晚20:00起无人值班."""
    ((begins, ends),) = gaps([shift(0, 12), shift(24, 48)], Post.DUTY, EIGHT, EIGHT + 48 * HOUR)
    assert (begins, ends) == (EIGHT + 12 * HOUR, EIGHT + 24 * HOUR)
    assert gap_words(begins, EIGHT) == "今晚20:00起无人值班"
    assert gap_words(EIGHT, EIGHT) == "现在无人值班"
    assert gap_words(EIGHT + 2 * HOUR, EIGHT) == "今天10:00起无人值班"
    assert gap_words(EIGHT + 24 * HOUR, EIGHT) == "明天08:00起无人值班"
    assert gap_words(EIGHT + 36 * HOUR, EIGHT) == "明晚20:00起无人值班"
    assert gap_words(EIGHT + 72 * HOUR, EIGHT) == "3月5日08:00起无人值班"


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 12)), max_size=8))
def test_every_hour_is_in_a_gap_or_somebody_is_on_duty(drawn: list[tuple[int, int]]) -> None:
    shifts = [shift(begins, begins + long) for begins, long in drawn]
    found = gaps(shifts, Post.DUTY, EIGHT, EIGHT + 24 * HOUR)
    for hour in range(24):
        at = EIGHT + hour * HOUR
        in_gap = any(begins <= at < ends for begins, ends in found)
        assert in_gap is (on_duty(shifts, Post.DUTY, at) is None)


@pytest.mark.parametrize("text", ["021-57000000", "57000000", "021-57000000-1", "12345", "110"])
def test_a_duty_number_is_a_fixed_line_or_a_short_number(text: str) -> None:
    assert duty_number(f" {text} ") == text


def test_a_duty_number_is_written_down_as_it_is_dialled() -> None:
    assert duty_number("０２１－５７００００００") == "021-57000000"


@pytest.mark.parametrize(
    "text",
    [
        "13800009999",
        "013800009999",
        "0138-00009999",
        "0138-00009999-1",
        "013800009999-1",
        "1380000-9999",
        "０１３８００００９９９９",
        "999999201501010011",
        "值班室",
        "",
        "12",
    ],
)
def test_nobodys_own_number_is_a_duty_number(text: str) -> None:
    assert duty_number(text) is None
