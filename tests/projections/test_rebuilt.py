"""A view built event by event equals the view built anew, whatever happened."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.kernel import Actor, Category, Recorded, derived_id
from domain.organisations import HUB, Seat
from projections.tables import META
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import (
    CHILD,
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_CHILD,
    OTHER_SCHOOL,
    OTHER_STATION,
    OTHER_TOWN,
    OTHER_TOWN_CODE,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.projections.logs import MemoryLog, contents, view_of

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
COURT, HOSPITAL = "court:310117", "hospital:1"
ORGANISATIONS = (
    *(CIVIL_AFFAIRS, EDUCATION, POLICE, PROCURATORATE, COURT, HOSPITAL, HUB),
    *(SCHOOL, OTHER_SCHOOL, TOWN, OTHER_TOWN, VILLAGE, STATION, OTHER_STATION),
)
PARTIES = tuple(each for each in ORGANISATIONS if each != HUB)


def _drawn(random: Random) -> dict[str, Any]:
    """What may stand in an event's clear facts, drawn from pools so small that facts meet."""
    return {
        "child_ref": random.choice([CHILD, OTHER_CHILD]),
        "school": random.choice([SCHOOL, OTHER_SCHOOL]),
        "town": random.choice([TOWN_CODE, OTHER_TOWN_CODE]),
        "village": random.choice([VILLAGE_CODE, OTHER_VILLAGE_CODE]),
        "police_station": random.choice([STATION, OTHER_STATION, None]),
        "organisation": random.choice(PARTIES),
        "sender": random.choice(PARTIES),
        "addressee": random.choice(PARTIES),
        "owner": random.choice(PARTIES),
        "matter": random.choice(list(Category)),
        "categories": tuple(random.sample(list(Category), 3)),
        "item": UUID(int=random.randrange(3)),
    }


def made_up(seed: int, length: int) -> list[Recorded]:
    """Any events at all, in any order: harder on a view than what the rules let happen."""
    random = Random(seed)
    told = [each for each in one_of_each_recorded() if each.event.subject is not None]
    versions: dict[UUID, int] = {}
    found: list[Recorded] = []
    for _ in range(length):
        pattern = random.choice(told)
        fields = type(pattern.event).model_fields
        values = {name: value for name, value in _drawn(random).items() if name in fields}
        if isinstance(pattern.event.__dict__.get("categories"), str | None):
            values.pop("categories", None)
        child: UUID = values["child_ref"]
        stream = derived_id(pattern.event.TOPIC.split(".")[0], child, random.randrange(2))
        versions[stream] = versions.get(stream, 0) + 1
        by = Actor(random.choice(ORGANISATIONS), "handler", "u-test")
        found.append(
            replace(
                pattern,
                originator_id=stream,
                originator_version=versions[stream],
                ordering_key=child,
                header=replace(pattern.header, actor=by),
                event=pattern.event.model_copy(update=values),
            )
        )
    return found


@cache
def made_up_log(seed: int, length: int) -> MemoryLog:
    return MemoryLog(made_up(seed, length))


def everything(log: MemoryLog, seat: Seat, page: int) -> dict[str, list[str]]:
    view = view_of(seat, log.paged(page))
    try:
        return contents(view)
    finally:
        view.close()


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
