"""An agency's own view, made of its feed, is the hub's own view of it, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

from domain.organisations import seat_of
from hub.feeds.outbox import Kind
from hub.feeds.registry import AlreadyRegistered, NotRegistered
from hub.storage.sql import as_json
from projections import feeding
from projections.feed import FeedGap, FeedRefused
from projections.feeding import FeedEntries, FeedFollowing, OtherRules
from tests.domain.invented import CIVIL_AFFAIRS, EDUCATION, OTHER_SCHOOL, POLICE, SCHOOL, STATION
from tests.projections.feeds import (
    KEY,
    Feeds,
    Told,
    closings,
    dense,
    read_all,
    reader,
    rows_of,
)
from tests.projections.logs import MemoryLog, view_of
from tests.projections.made_up import PARTIES, made_up_log


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[Feeds]:
    found = Feeds(tmp_path)
    yield found
    found.close()


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "PORTION", 1)


def hubs_own(organisation: str, log: MemoryLog) -> dict[str, list[str]]:
    view = view_of(seat_of(organisation), log)
    try:
        return rows_of(view.engine, organisation)
    finally:
        view.close()


def same_as_the_hubs(organisation: str, log: MemoryLog, feeds: Feeds, seed: int = 0) -> int:
    """Gives how many facts they hold."""
    expected = hubs_own(organisation, log)
    told = feeds.sent(organisation)
    assert dense(told)
    for random in (None, Random(seed)):
        worker = reader(organisation)
        read_all(worker, feeds, random)
        assert rows_of(worker.engine, organisation) == expected
        worker.close()
    return len(expected["facts"])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(1, 80),
    page=st.integers(1, 30),
    organisation=st.sampled_from(PARTIES),
)
def test_a_feed_makes_the_hubs_own_view(
    seed: int, length: int, page: int, organisation: str
) -> None:
    log = made_up_log(seed, length)
    random = Random(seed)
    with TemporaryDirectory() as folder:
        feeds = Feeds(Path(folder))
        feeds.register(organisation)
        for position in sorted({*random.sample(range(length), length // 10), length}):
            feeds.step(organisation, log.until(position).paged(page))
        facts = same_as_the_hubs(organisation, log, feeds, seed)
        event(f"facts: {facts // 10 * 10}")
        event(f"closings: {min(3, len(closings(feeds.sent(organisation))))}")
        feeds.close()


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(2, 80),
    organisation=st.sampled_from(PARTIES),
    data=st.data(),
)
def test_whenever_it_registers_and_ends(
    seed: int, length: int, organisation: str, data: Any
) -> None:
    """Beside others of its seat, whose feeds go on."""
    log = made_up_log(seed, length)
    first, second, third = sorted(data.draw(st.integers(0, length)) for _ in range(3))
    with TemporaryDirectory() as folder:
        feeds = Feeds(Path(folder))
        others = [o for o in PARTIES if seat_of(o) is seat_of(organisation) and o != organisation]
        for other in others:
            feeds.register(other)
        feeds.step(organisation, log.until(first))
        feeds.register(organisation)
        feeds.step(organisation, log.until(second))
        feeds.end(organisation)
        worker = reader(organisation)
        read_all(worker, feeds)
        assert not any(rows_of(worker.engine, organisation).values())
        told = len(feeds.sent(organisation))
        feeds.step(organisation, log.until(third))
        assert len(feeds.sent(organisation)) == told, "nothing follows a final closing"
        feeds.register(organisation)
        feeds.step(organisation, log)
        for each in (organisation, *others):
            same_as_the_hubs(each, log, feeds, seed)
        read_all(worker, feeds)
        assert rows_of(worker.engine, organisation) == hubs_own(organisation, log)
        worker.close()
        feeds.close()


@pytest.mark.slow
def test_the_comparison_compares_something(feeds: Feeds) -> None:
    log = made_up_log(0, 80)
    closed = 0
    for organisation in PARTIES:
        feeds.register(organisation)
    for organisation in PARTIES:
        for position in range(0, 81, 5):
            feeds.step(organisation, log.until(position))
        assert same_as_the_hubs(organisation, log, feeds) > 0
        closed += bool(closings(feeds.sent(organisation)))
    assert closed > 4, "hardly anything ever closed"


@pytest.mark.parametrize("organisation", [SCHOOL, CIVIL_AFFAIRS, POLICE, "court:310117"])
def test_a_late_registration_is_told_the_present_and_nothing_of_what_closed(
    organisation: str, feeds: Feeds
) -> None:
    log = made_up_log(3, 80)
    feeds.register(organisation)
    feeds.step(organisation, log)
    told = feeds.sent(organisation)
    assert closings(told) == []
    assert len(told) == same_as_the_hubs(organisation, log, feeds)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "organisation"), list(enumerate(PARTIES)))
def test_history_is_sent_in_portions_while_the_log_goes_on(
    feeds: Feeds, seed: int, organisation: str
) -> None:
    log = made_up_log(seed, 80)
    feeds.register(organisation)
    follower = feeds.following(organisation)
    follower.prepare()
    between = 0
    for position in range(10, 81):
        follower.catch_up(log.until(position))
        if position % 3 == 0 and (waiting := follower.waiting()) is not None:
            between += bool(position > 20)
            follower.portion(waiting, log.until(position))
    assert between > 1
    follower.step(log)
    same_as_the_hubs(organisation, log, feeds, seed)


def test_a_crash_repeats_none_and_skips_none(feeds: Feeds, monkeypatch: pytest.MonkeyPatch) -> None:
    log = made_up_log(5, 80)
    for organisation in (SCHOOL, EDUCATION):
        feeds.register(organisation)
    working = FeedEntries.put
    random = Random(1)
    crashed = 0

    def crash(self: FeedEntries, *arguments: Any) -> None:
        nonlocal crashed
        working(self, *arguments)
        if random.random() < 0.4:
            crashed += 1
            raise KeyboardInterrupt

    monkeypatch.setattr(FeedEntries, "put", crash)
    for organisation in (SCHOOL, EDUCATION):
        for position in (*range(7, 80, 7), 80, 80):
            while True:
                try:
                    feeds.step(organisation, log.until(position).paged(3))
                    break
                except KeyboardInterrupt:
                    continue
    assert crashed > 5
    for organisation in (SCHOOL, EDUCATION):
        assert same_as_the_hubs(organisation, log, feeds) > 0


@pytest.mark.slow
def test_nobody_is_told_of_a_child_by_its_closing(feeds: Feeds) -> None:
    """A closing names none that nothing was told of before."""
    for organisation in PARTIES:
        feeds.register(organisation)
    log = made_up_log(1, 80)
    for organisation in PARTIES:
        for position in range(1, 81):
            feeds.step(organisation, log.until(position))
    for organisation in PARTIES:
        holds: set[str] = set()
        for told in feeds.sent(organisation):
            if told.kind is Kind.CLOSED:
                assert told.subject in holds
                holds.discard(told.subject)
            else:
                holds.add(told.subject)


def test_educations_feed_never_holds_the_polices_facts(feeds: Feeds) -> None:
    """Beside what the matrix lets it read: nothing that its view does not hold at some time."""
    log = made_up_log(7, 80)
    feeds.register(EDUCATION)
    allowed: set[tuple[int, str]] = set()
    for position in range(1, 81):
        feeds.step(EDUCATION, log.until(position))
        view = view_of(seat_of(EDUCATION), log.until(position))
        with view.engine.begin() as connection:
            allowed |= {
                (row[0], row[1])
                for row in connection.exec_driver_sql(
                    f"SELECT position, sealed FROM facts WHERE organisation = '{EDUCATION}'"
                )
            }
        view.close()
    facts = [from_json(t.payload) for t in feeds.sent(EDUCATION) if t.kind is Kind.FACT]
    told = {(fact["position"], as_json(fact["sealed"])) for fact in facts}
    assert told == allowed
    polices = {fact.position for fact in log.facts if fact.producer in (POLICE, STATION)}
    assert polices - {position for position, _ in told}, "the police said nothing to be kept back"


# What comes between


def test_a_gap_stops_the_worker_loudly(tmp_path: Path) -> None:
    told = next(filter(lambda each: len(each) > 4, map(partial(_told, tmp_path), range(20))))
    worker = reader(SCHOOL)
    worker.take_in(told[:3], 3)
    before = rows_of(worker.engine, SCHOOL)
    with pytest.raises(FeedGap, match="expected 4, found 5"):
        worker.take_in([*told[:3], *told[4:]], 10)
    assert rows_of(worker.engine, SCHOOL) == before
    assert (worker.place.offset, worker.place.position) == (3, 3)
    worker.close()


def _told(folder: Path, seed: int) -> list[Told]:
    """What a school is told of one made-up log: of some it is told hardly anything."""
    feeds = Feeds(folder / str(seed))
    feeds.register(SCHOOL)
    feeds.step(SCHOOL, made_up_log(seed, 160))
    told = feeds.sent(SCHOOL)
    feeds.close()
    return told


def test_another_organisations_feed_is_not_taken_in(feeds: Feeds) -> None:
    feeds.register(SCHOOL)
    feeds.step(SCHOOL, made_up_log(0, 80))
    worker = reader(OTHER_SCHOOL)
    with pytest.raises(FeedRefused, match="1: another organisation's"):
        worker.take_in(feeds.sent(SCHOOL), 5)
    assert not any(rows_of(worker.engine, SCHOOL).values())
    worker.close()


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"{}", b'{"organisation": 1}'])
@pytest.mark.parametrize("kind", [Kind.FACT, Kind.CLOSED])
def test_what_is_no_message_is_refused_and_not_repeated(
    feeds: Feeds, payload: bytes, kind: Kind
) -> None:
    feeds.register(SCHOOL)
    feeds.step(SCHOOL, made_up_log(0, 80))
    told = feeds.sent(SCHOOL)[0]
    told.payload, told.kind = payload, kind
    worker = reader(SCHOOL)
    with pytest.raises(FeedRefused, match="1: no "):
        worker.take_in([told], 1)
    assert worker.place.position == 0
    worker.close()


def test_a_worker_that_fails_anywhere_ends_the_same(
    feeds: Feeds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = made_up_log(9, 240)
    feeds.register(EDUCATION)
    for position in range(3, 241, 3):
        feeds.step(EDUCATION, log.until(position))
    told = feeds.sent(EDUCATION)
    random = Random(2)
    place = 0
    crashes = 0
    while place < len(told):
        worker = reader(EDUCATION, tmp_path / "view.sqlite")
        place = worker.place.position
        batch = told[place : place + random.randint(1, 3)]
        if random.random() < 0.5:
            crashes += 1
            with monkeypatch.context() as patched:
                patched.setattr("projections.feed.statements", _failing)
                with pytest.raises(KeyboardInterrupt):
                    worker.take_in(batch, place + len(batch))
        else:
            worker.take_in(batch, place + len(batch))
        place = worker.place.position
        worker.close()
    assert crashes > 2
    worker = reader(EDUCATION, tmp_path / "view.sqlite")
    assert rows_of(worker.engine, EDUCATION) == hubs_own(EDUCATION, log)
    worker.close()


def _failing(connection: object) -> None:
    raise KeyboardInterrupt


# Rules


def test_under_other_rules_everything_is_sent_anew(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = made_up_log(4, 80)
    feeds.register(EDUCATION)
    feeds.step(EDUCATION, log)
    before = feeds.following(EDUCATION)
    told = feeds.sent(EDUCATION)
    monkeypatch.setattr(feeding, "VIEW_VERSION", 99)
    feeds.step(EDUCATION, log)
    more = feeds.sent(EDUCATION, told[-1].sequence)
    assert (more[0].kind, more[0].subject) == (Kind.CLOSED, "")
    assert sorted(t.payload for t in more[1:]) == sorted(t.payload for t in told)
    same_as_the_hubs(EDUCATION, log, feeds)
    with pytest.raises(OtherRules):
        before.catch_up(made_up_log(4, 81))


def test_a_view_that_is_made_anew_sends_nothing(feeds: Feeds) -> None:
    log = made_up_log(4, 80)
    feeds.register(EDUCATION)
    feeds.step(EDUCATION, log)
    told = len(feeds.sent(EDUCATION))
    view_of(seat_of(EDUCATION), log).close()
    feeds.step(EDUCATION, log)
    assert len(feeds.sent(EDUCATION)) == told


def test_what_failed_goes_out_when_it_is_tried_again(feeds: Feeds) -> None:
    log = made_up_log(6, 80)
    bad = log.facts[30]

    def failing(fact: object) -> None:
        if fact is bad:
            raise RuntimeError("no")

    feeds.register(EDUCATION)
    follower = feeds.following(EDUCATION, take=failing)
    follower.step(log)
    assert follower.dead_letters()[0].position == bad.position
    again: FeedFollowing = feeds.following(EDUCATION)
    assert again.retry(log) > 0
    same_as_the_hubs(EDUCATION, log, feeds)


# Registrations


def test_registrations_are_kept_with_their_end(feeds: Feeds) -> None:
    feeds.register(SCHOOL)
    feeds.register(SCHOOL)
    assert [each.organisation for each in feeds.agencies.present()] == [SCHOOL]
    assert feeds.agencies.key(SCHOOL).public_bytes_raw() == KEY.public_bytes_raw()
    feeds.end(SCHOOL)
    assert feeds.agencies.present() == []
    with pytest.raises(NotRegistered):
        feeds.end(SCHOOL)
    with pytest.raises(NotRegistered):
        feeds.agencies.key(SCHOOL)
    feeds.register(SCHOOL)
    assert [each.ended is None for each in feeds.agencies.all()] == [False, True]


def test_another_key_takes_no_registrations_place(feeds: Feeds) -> None:
    feeds.register(SCHOOL)
    other = X25519PrivateKey.generate().public_key()
    with pytest.raises(AlreadyRegistered):
        feeds.agencies.add(SCHOOL, other, feeds.now())


def test_an_organisation_of_no_seat_registers_in_vain(feeds: Feeds) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        feeds.register("nonsense:1")
