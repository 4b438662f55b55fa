"""Views on PostgreSQL: the same rows as on SQLite, at every moment that anybody looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from domain.organisations import Seat
from hub.eventstore.codec import Fact
from hub.storage.lead import NotLeader, PostgresLeads
from hub.storage.postgres import PostgresStorage, Server
from projections.engine import RETRIES, SeatView
from projections.runner import Projector
from projections.storage import PostgresViews
from projections.tables import META, PROGRESS, view_area
from tests.projections.logs import POLICY, MemoryLog, contents, view_of
from tests.projections.made_up import STANDING, everything, made_up_log
from tests.servers.postgres import PostgresServer

SEATS = (*STANDING, Seat.COURT, Seat.HOSPITAL)
PATIENCE = 30


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Server:
    """One database for the module: each test makes its views anew."""
    return postgres.create()


@pytest.fixture(scope="module")
def views(server: Server) -> PostgresViews:
    return PostgresViews(PostgresStorage(server))


def built(
    views: PostgresViews,
    seat: Seat,
    log: MemoryLog,
    take: Callable[[Fact], None] | None = None,
) -> SeatView:
    """A seat's view, empty and then caught up; in the place where views are made anew."""
    view = SeatView(seat, views.fresh(seat), POLICY, take=take)
    view.catch_up(log)
    return view


def on_postgres(views: PostgresViews, seat: Seat, log: MemoryLog) -> dict[str, list[str]]:
    view = built(views, seat, log)
    try:
        return contents(view)
    finally:
        view.close()


# The same rows


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(20, 80),
    seat=st.sampled_from(SEATS),
    page=st.integers(2, 30),
)
def test_any_history_gives_the_rows_that_sqlite_has(
    views: PostgresViews, seed: int, length: int, seat: Seat, page: int
) -> None:
    """At once, in pages, and event by event."""
    log = made_up_log(seed, length)
    expected = everything(log, seat, 500)
    for each in (500, page, 1):
        assert on_postgres(views, seat, log.paged(each)) == expected


@pytest.mark.parametrize("seat", SEATS)
def test_a_long_history_gives_the_rows_that_sqlite_has(views: PostgresViews, seat: Seat) -> None:
    log = made_up_log(0, 80)
    expected = everything(log, seat, 500)
    assert expected["facts"], "a history that this seat sees nothing of shows nothing"
    for page in (500, 7):
        assert on_postgres(views, seat, log.paged(page)) == expected


@pytest.mark.parametrize("seat", STANDING)
def test_the_year_gives_the_rows_that_sqlite_has(
    views: PostgresViews, seat: Seat, year: MemoryLog
) -> None:
    expected = everything(year, seat, 500)
    assert expected["facts"]
    assert on_postgres(views, seat, year) == expected


# What fails


def test_dead_letters_are_the_same_and_come_back_the_same(views: PostgresViews) -> None:
    log = made_up_log(3, 80)
    seat = Seat.CIVIL_AFFAIRS
    bad = next(fact for fact in log.facts[20:] if fact.clear.get("child_ref"))
    broken = True
    calls = 0

    def take(fact: Fact) -> None:
        nonlocal calls
        if broken and fact.position == bad.position:
            calls += 1
            raise RuntimeError("示例")

    here, there = built(views, seat, log.paged(7), take), view_of(seat, log.paged(7), take=take)
    try:
        assert calls == 2 * (RETRIES + 1)
        assert here.dead_letters() == there.dead_letters()
        assert here.dead_letters()[0].position == bad.position
        assert len(here.dead_letters()) > 1, "what is later of its key is held"
        assert contents(here) == contents(there)
        before = contents(here)
        assert here.retry(log) == 0
        assert contents(here) == before
        broken = False
        assert here.retry(log) == len(before["dead_letters"])
        assert contents(here) == everything(log, seat, 500)
    finally:
        here.close()
        there.close()


# Many at once


class Growing(MemoryLog):
    """A log that comes to its end little by little."""

    def __init__(self, whole: MemoryLog) -> None:
        super().__init__((), whole.page)
        self.whole = whole.facts

    def grow(self, by: int) -> bool:
        """Append; gives whether there is more to come."""
        self.facts = self.whole[: len(self.facts) + by]
        return len(self.facts) < len(self.whole)


class Everybody:
    """Gives the lead to whoever asks: two that believe they have it."""

    @contextmanager
    def take(self, names: Sequence[str]) -> Iterator[Everybody]:
        yield self

    def check(self) -> None:
        """Kept."""


def projector(server: Server, log: MemoryLog, seats: Sequence[Seat], leads: object) -> Projector:
    """A process that keeps some seats' views."""
    storage = PostgresViews(PostgresStorage(server))
    return Projector(storage, POLICY, log, leads, lambda: seats, seats)  # type: ignore[arg-type]


@pytest.fixture
def own(postgres: PostgresServer) -> Server:
    """A database in which no view has been made yet."""
    return postgres.create()


def test_two_that_both_lead_apply_nothing_twice(own: Server) -> None:
    seats = (Seat.CIVIL_AFFAIRS, Seat.COURT)
    log = Growing(made_up_log(5, 80))
    leaders = [projector(own, log, seats, Everybody()) for _ in range(2)]
    meet = threading.Barrier(len(leaders) + 1)
    more = True

    def lead(one: Projector) -> None:
        with one.leading():
            while more:
                meet.wait(PATIENCE)
                one.catch_up()
                meet.wait(PATIENCE)

    with ThreadPoolExecutor(len(leaders)) as pool:
        running = [pool.submit(lead, one) for one in leaders]
        try:
            while more:
                growing = log.grow(3)
                meet.wait(PATIENCE)
                # Nobody is between two rounds now: the next is the last, or is not.
                more = growing
                meet.wait(PATIENCE)
        finally:
            meet.abort() if any(each.done() and each.exception() for each in running) else None
        for each in running:
            each.result(PATIENCE)
    for one in leaders:
        for seat in seats:
            assert one.view(seat).position == log.position
            assert contents(one.view(seat)) == everything(log, seat, 500)
        one.close()


@pytest.mark.slow
def test_made_anew_while_others_project_and_look_it_is_whole_at_every_moment(own: Server) -> None:
    """Whoever looks, in one transaction over all tables, sees exactly what a log up to the view's
    position leads to: never half of the old view and half of the new, nor an empty one."""
    seat = Seat.CIVIL_AFFAIRS
    log = Growing(made_up_log(7, 240))
    log.grow(80)
    leads = PostgresLeads(own, view_area(seat).role)
    keeping, rebuilding = (projector(own, log, [seat], leads) for _ in range(2))
    done = threading.Event()
    seen: list[tuple[int, dict[str, list[str]]]] = []
    rebuilt: list[Seat] = []
    with keeping.leading():
        keeping.catch_up()

        def keep() -> None:
            while log.grow(2):
                keeping.catch_up()
            while len(rebuilt) < 6:
                time.sleep(0.001)
                keeping.catch_up()

        def look(order: int) -> None:
            view = SeatView(seat, PostgresViews(PostgresStorage(own)).open(seat), POLICY)
            while not done.is_set():
                seen.append(looked(view, order))
            view.close()

        def rebuild() -> None:
            while len(rebuilt) < 6:
                rebuilding.rebuild([seat], rebuilt.append)

        with ThreadPoolExecutor(4) as pool:
            lookers = [pool.submit(look, order) for order in (1, -1)]
            workers = [pool.submit(keep), pool.submit(rebuild)]
            try:
                for each in workers:
                    each.result(PATIENCE)
            finally:
                rebuilt.extend([seat] * 6)
                done.set()
            for each in lookers:
                each.result(PATIENCE)
        keeping.catch_up()
        assert contents(keeping.view(seat)) == everything(log, seat, 500)
    keeping.close()
    rebuilding.close()

    @cache
    def expected(position: int) -> dict[str, list[str]]:
        return everything(log.until(position), seat, 500)

    assert len({position for position, _ in seen}) > 10, "nobody looked meanwhile"
    for position, found in seen:
        assert found == expected(position), position


def looked(view: SeatView, order: int) -> tuple[int, dict[str, list[str]]]:
    """Position and contents, read in one transaction, table by table in this order."""
    found: dict[str, list[str]] = {}
    with view.engine.begin() as connection:
        for table in META.sorted_tables[::order]:
            rows = connection.execute(select(table)).all()
            found[table.name] = sorted(
                repr([sorted(v.items()) if isinstance(v, dict) else v for v in row]) for row in rows
            )
        kept = connection.execute(select(PROGRESS.c.position)).scalar_one_or_none()
    return kept or 0, {table.name: found[table.name] for table in META.sorted_tables}


def test_of_two_processes_one_leads_and_a_lost_lead_is_noticed(
    postgres: PostgresServer, own: Server
) -> None:
    seat = Seat.TOWN
    leads = PostgresLeads(own, view_area(seat).role)
    first, second = (projector(own, MemoryLog(()), [seat], leads) for _ in range(2))
    with first.leading():
        with pytest.raises(NotLeader), second.leading():
            pass
        first.catch_up()
        _end_sessions(postgres, own)
        with pytest.raises(NotLeader):
            first.catch_up()
        with second.leading():
            second.catch_up()
    with first.leading():
        first.catch_up()
    first.close()
    second.close()


def _end_sessions(postgres: PostgresServer, server: Server) -> None:
    with postgres.superuser() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
            " AND usename <> 'postgres'",
            (server.url.rsplit("/", 1)[1],),
        )


def test_a_rebuild_that_is_cut_off_leaves_the_old_view_and_is_begun_anew(own: Server) -> None:
    seat = Seat.POLICE
    log = made_up_log(1, 80)
    one = projector(own, log, [seat], PostgresLeads(own, view_area(seat).role))
    one.catch_up()
    before = contents(one.view(seat))

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    for place in ("projections.runner.Projector._finish", "projections.engine.SeatView.catch_up"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(place, cut_off)
            with pytest.raises(KeyboardInterrupt):
                one.rebuild([seat], lambda seat: None)
        assert contents(one.view(seat)) == before
    one.rebuild([seat], lambda seat: None)
    assert contents(one.view(seat)) == before
    with one.view(seat).engine.begin() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = :name"),
            {"name": f"{view_area(seat).name}_rebuild"},
        ).scalar_one()
    assert left == 0
    one.close()
