"""How often one person may search, over all processes together."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import pytest

from domain.rules import SearchRules
from hub.searching.limit import SearchLimit, TooManySearches
from hub.searching.tables import AREA, opened
from hub.storage.sql import Storage
from tests.searching.conftest import Open
from tests.storage.opening import select

NOW = datetime(2025, 3, 3, 1, tzinfo=UTC)
RULES = SearchRules(a_minute=3, a_day=5, candidates=10)


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


def taken(limit: SearchLimit, *instants: datetime, person: str = "u-1") -> int:
    """How many of some searches are allowed."""
    allowed = 0
    for at in instants:
        try:
            limit.take(person, at)
        except TooManySearches:
            continue
        allowed += 1
    return allowed


def test_so_many_a_minute_and_then_it_says_how_long_to_wait(another: Open) -> None:
    limit = SearchLimit(another(), RULES)
    assert taken(limit, seconds(0), seconds(10), seconds(20)) == 3
    with pytest.raises(TooManySearches) as refused:
        limit.take("u-1", seconds(30))
    assert refused.value.wait == 31
    with pytest.raises(TooManySearches):
        limit.check("u-1", seconds(59))
    limit.check("u-1", seconds(60))
    assert taken(limit, seconds(60)) == 1, "the first is a minute ago"


def test_so_many_a_day_however_slowly(another: Open) -> None:
    limit = SearchLimit(another(), RULES)
    hours = [NOW + timedelta(hours=hour) for hour in range(8)]
    assert taken(limit, *hours) == 5
    with pytest.raises(TooManySearches) as refused:
        limit.take("u-1", NOW + timedelta(hours=8))
    assert refused.value.wait == 16 * 3600 + 1
    assert taken(limit, NOW + timedelta(days=1)) == 1


def test_what_was_refused_and_what_was_only_checked_is_not_counted(another: Open) -> None:
    limit = SearchLimit(another(), RULES)
    assert taken(limit, *[seconds(0)] * 20) == 3
    for _ in range(20):
        limit.check("u-1", seconds(61))
    assert taken(limit, *[seconds(61)] * 20) == 2, "of five a day"


def test_each_person_has_a_count_of_their_own(another: Open) -> None:
    limit = SearchLimit(another(), RULES)
    assert taken(limit, *[seconds(0)] * 4) == 3
    assert taken(limit, *[seconds(0)] * 4, person="u-2") == 3


def _search(storage: Storage, out: Connection) -> None:
    database = opened(storage)
    out.send(taken(SearchLimit(database, RULES), *[seconds(0)] * 10))
    database.close()


@pytest.mark.slow
def test_several_processes_count_together(storage: Storage, another: Open) -> None:
    """Whoever asks at several doors at once gets no more than at one."""
    another()
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe(duplex=False) for _ in range(3)]
    workers = [context.Process(target=_search, args=(storage, sender)) for _, sender in pipes]
    for worker in workers:
        worker.start()
    allowed = 0
    for (receiver, _), worker in zip(pipes, workers, strict=True):
        assert receiver.poll(60)
        allowed += receiver.recv()
        worker.join(30)
    assert allowed == 3


def test_what_is_kept_names_nobody_and_is_over_after_a_day(storage: Storage, another: Open) -> None:
    limit = SearchLimit(another(), RULES)
    taken(limit, seconds(0), seconds(1))
    assert {person for person, _ in select(storage, AREA, "SELECT person, at FROM taken")} == {
        "u-1"
    }
    limit.take("u-1", NOW + timedelta(days=2))
    assert len(select(storage, AREA, "SELECT person, at FROM taken")) == 1
