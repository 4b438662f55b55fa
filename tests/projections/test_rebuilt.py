"""A view built event by event equals the view built anew, whatever happened."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.organisations import Seat
from projections.tables import META
from tests.projections.logs import MemoryLog
from tests.projections.made_up import STANDING, everything, made_up_log

pytestmark = pytest.mark.slow


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 80),
    seat=st.sampled_from([*STANDING, Seat.COURT, Seat.HOSPITAL]),
    page=st.integers(2, 30),
)
def test_event_by_event_equals_rebuilt(seed: int, length: int, seat: Seat, page: int) -> None:
    log = made_up_log(seed, length)
    rebuilt = everything(log, seat, 500)
    event(f"rows: {len(rebuilt['facts']) // 10 * 10}")
    assert everything(log, seat, 1) == rebuilt
    assert everything(log, seat, page) == rebuilt


@pytest.mark.parametrize("seat", [*STANDING, Seat.COURT, Seat.HOSPITAL])
def test_long_histories(seat: Seat) -> None:
    for seed in range(2):
        log = made_up_log(seed, 80)
        rebuilt = everything(log, seat, 500)
        assert rebuilt["facts"], "a history that this seat sees nothing of shows nothing"
        assert everything(log, seat, 7) == rebuilt
        assert everything(log, seat, 1) == rebuilt


@pytest.mark.parametrize("seat", Seat)
def test_one_year_for_every_seat(seat: Seat, year: MemoryLog) -> None:
    assert everything(year, seat, 1) == everything(year, seat, 500)


def test_the_year_is_seen_by_many(year: MemoryLog) -> None:
    """The comparison above compares something: the seats of the district hold rows."""
    held = {seat: len(everything(year, seat, 500)["facts"]) for seat in STANDING}
    assert all(held.values()), held


def test_no_table_of_a_view_is_compared_empty(year: MemoryLog) -> None:
    """Whoever adds a table finds here whether anything was ever in it. Rows are put aside as dead
    letters only where a view failed."""
    filled = {
        name
        for log in (year, made_up_log(0, 80))
        for seat in STANDING
        for name, rows in everything(log, seat, 500).items()
        if rows
    }
    assert filled == {table.name for table in META.sorted_tables} - {"dead_letters"}
