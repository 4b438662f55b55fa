"""A view built event by event equals the view built anew, whatever happened."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.kernel import Recorded, Refused
from domain.organisations import Seat
from domain.registry import TOGETHER
from tests.domain.histories import COMMANDS, OneStation, Step, steps
from tests.projections.logs import MemoryLog, contents, view_of
from tests.specification import Journal

STANDING = (
    Seat.CIVIL_AFFAIRS,
    Seat.EDUCATION,
    Seat.POLICE,
    Seat.PROCURATORATE,
    Seat.TOWN,
    Seat.VILLAGE,
    Seat.SCHOOL,
    Seat.POLICE_STATION,
)


def recorded(run: list[Step]) -> list[Recorded]:
    """What a run of commands leaves in the log; what the rules refuse leaves nothing."""
    journal = Journal(places=OneStation(), together=TOGETHER)
    found: list[Recorded] = []
    for command, by, now in run:
        try:
            found += journal.carry_out(command, by=by, on=now)
        except Refused:
            continue
    return found


def everything(log: MemoryLog, seat: Seat, page: int) -> dict[str, list[str]]:
    view = view_of(seat, log.paged(page))
    try:
        return contents(view)
    finally:
        view.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(run=steps(*COMMANDS), seat=st.sampled_from(STANDING), page=st.integers(2, 9))
def test_event_by_event_equals_rebuilt(run: list[Step], seat: Seat, page: int) -> None:
    log = MemoryLog(recorded(run))
    rebuilt = everything(log, seat, 500)
    assert everything(log, seat, 1) == rebuilt
    assert everything(log, seat, page) == rebuilt


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(run=steps(*COMMANDS), seat=st.sampled_from(sorted(set(Seat) - set(STANDING))))
def test_also_for_seats_without_standing_jurisdiction(run: list[Step], seat: Seat) -> None:
    """They meet a child by a task or by their own word, in the middle of its life."""
    log = MemoryLog(recorded(run))
    assert everything(log, seat, 1) == everything(log, seat, 500)


@pytest.mark.parametrize("seat", Seat)
def test_one_long_year_for_every_seat(seat: Seat, year: MemoryLog) -> None:
    assert everything(year, seat, 1) == everything(year, seat, 500)


def test_the_long_year_is_seen_by_many(year: MemoryLog) -> None:
    """The comparison above compares something: most seats of the district hold rows."""
    held: dict[Seat, Any] = {seat: everything(year, seat, 500)["facts"] for seat in STANDING}
    assert all(len(facts) > 2 for facts in held.values()), {k: len(v) for k, v in held.items()}
