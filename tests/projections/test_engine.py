"""The engine under failures: dead letters, crashes, one leader."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection
from sqlalchemy.event import listen, remove

from domain.child_file import ChildClassified, ChildErased, StateContact
from domain.deadline import SetDeadline
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import HUB, Seat
from domain.scope import OpenScope, ScopeBasis
from hub.eventstore.codec import Fact
from hub.storage.lead import NotLeader
from hub.storage.sqlite import sqlite_engine
from projections import folds, rows
from projections.engine import RETRIES, SeatView
from projections.folds import Shown
from tests.domain.histories import one_of_each_recorded
from tests.domain.invented import CHILD, TOWN
from tests.domain.pools import DAY
from tests.program import EDUCATION, enrolled, pupil, running, send
from tests.projections.logs import POLICY, MemoryLog, contents, view_of
from tests.specification import Journal, at_noon

OTHER = UUID("c0000000-0000-4000-8000-00000000000f")


def _of_other(recorded: Recorded, number: int) -> Recorded:
    """The same kind of event, in another child's life."""
    update: dict[str, UUID] = {"child_ref": OTHER}
    if "item" in type(recorded.event).model_fields:
        # What is open is one child's.
        update["item"] = derived_id("item of the other", recorded.event.__dict__["item"])
    event = recorded.event.model_copy(update=update)
    stream = OTHER if recorded.originator_id == recorded.event.subject else UUID(int=number + 10**9)
    return Recorded(stream, recorded.originator_version, OTHER, recorded.header, event)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """Two children's years, one fact of each in turn."""
    year = [each for each in one_of_each_recorded() if each.event.subject is not None]
    mixed: list[Recorded] = []
    for number, each in enumerate(year):
        mixed.append(each)
        # The year erases a child of its own; in the middle of the other one's life it would leave
        # nothing of which to see what a failure holds back.
        if each.event.TOPIC != ChildErased.TOPIC:
            mixed.append(_of_other(each, number))
    return MemoryLog(mixed)


class Failing:
    """A way to take facts that fails on one, as long as it is told to."""

    def __init__(self, position: int) -> None:
        self.position: int | None = position
        self.calls = 0

    def __call__(self, fact: Fact) -> None:
        if fact.position == self.position:
            self.calls += 1
            raise RuntimeError(f"示例 {fact.clear}")


@contextmanager
def monitored(view: SeatView) -> Iterator[list[str]]:
    """The statements that a view's database is asked meanwhile."""
    asked: list[str] = []

    def note(*event: Any) -> None:
        asked.append(event[2])

    listen(view.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        remove(view.engine, "before_cursor_execute", note)


def facts_of(view: SeatView) -> set[tuple[str, int]]:
    """(child, position) of the facts in a view."""
    with view.engine.begin() as connection:
        return {
            (str(row[0]), int(row[1]))
            for row in connection.exec_driver_sql("SELECT child_ref, position FROM facts")
        }


@pytest.fixture
def failed(log: MemoryLog) -> Iterator[tuple[SeatView, Failing, Fact]]:
    """Civil affairs' view after one fact, in the middle of one child's life, failed."""
    bad = [fact for fact in log.facts if fact.child_ref == str(OTHER)][10]
    failing = Failing(bad.position)
    view = view_of(Seat.CIVIL_AFFAIRS, log.paged(7), take=failing)
    yield view, failing, bad
    view.close()


def test_a_fact_that_fails_is_tried_again_then_put_aside(
    failed: tuple[SeatView, Failing, Fact],
) -> None:
    view, failing, bad = failed
    assert failing.calls == RETRIES + 1
    first = view.dead_letters()[0]
    assert (first.position, first.error) == (bad.position, "RuntimeError")
    assert "示例" not in repr(view.dead_letters()), "a message could carry a value"


def test_everything_later_of_its_key_is_held_and_all_others_go_on(
    failed: tuple[SeatView, Failing, Fact], log: MemoryLog
) -> None:
    view, _, bad = failed
    later = [
        f for f in log.facts if f.ordering_key == bad.ordering_key and f.position >= bad.position
    ]
    assert [letter.position for letter in view.dead_letters()] == [f.position for f in later]
    assert {letter.error for letter in view.dead_letters()[1:]} == {"held"}
    assert view.position == log.position
    whole = view_of(Seat.CIVIL_AFFAIRS, log)
    assert facts_of(view) == {
        (child, position)
        for child, position in facts_of(whole)
        if child != str(OTHER) or position < bad.position
    }
    whole.close()


def test_a_retry_that_fails_changes_nothing(
    failed: tuple[SeatView, Failing, Fact], log: MemoryLog
) -> None:
    view, _, _ = failed
    before = contents(view)
    assert view.retry(log) == 0
    assert contents(view) == before


@pytest.mark.slow
@pytest.mark.parametrize("seat", Seat)
def test_a_retry_brings_back_all_of_it(seat: Seat, log: MemoryLog) -> None:
    failing = Failing([fact for fact in log.facts if fact.child_ref == str(OTHER)][10].position)
    view = view_of(seat, log.paged(7), take=failing)
    waiting = len(view.dead_letters())
    assert waiting > 10
    failing.position = None
    assert view.retry(log) == waiting
    whole = view_of(seat, log)
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


COURT = "court:310117"


def task_of_the_court() -> MemoryLog:
    """The court is given a task about one child; something else happens; the family's contact,
    which the task opens, is stated anew."""
    journal = Journal()
    told: list[tuple[Command, str]] = [
        (StateContact(child_ref=OTHER, guardian_phone="13000000000"), TOWN),
        (
            OpenScope(
                organisation=COURT,
                child_ref=OTHER,
                item=UUID(int=1),
                basis=ScopeBasis.TASK,
                categories=(Category.WHO, Category.CONTACT),
            ),
            HUB,
        ),
        (StateContact(child_ref=CHILD, guardian_phone="13000000000"), TOWN),
        (StateContact(child_ref=OTHER, guardian_phone="13000000001"), TOWN),
    ]
    return MemoryLog(
        each for command, by in told for each in journal.carry_out(command, by=by, on=DAY)
    )


def test_a_child_that_a_retry_brings_back_is_followed_from_then_on(tmp_path: Path) -> None:
    """Also after a restart, by a seat that follows few children."""
    log = task_of_the_court()
    whole = view_of(Seat.COURT, log)
    assert {position for _, position in facts_of(whole)} == {1, 4}
    scope = log.facts[1]
    before = log.paged(1).until(2)
    view_of(Seat.COURT, before, path=tmp_path / "view", take=Failing(scope.position)).close()
    view = view_of(Seat.COURT, log.until(3), path=tmp_path / "view")
    assert view.retry(log) == 1
    view.catch_up(log)
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


def test_an_organisation_is_followed_from_its_first_clock() -> None:
    """It keeps that something ran on it, whenever else it meets the child."""
    clock = SetDeadline(
        subject_id=UUID(int=1),
        kind="accept",
        child_ref=OTHER,
        matter=Category.CONTACT,
        owner=COURT,
        town=None,
        due_at=at_noon(DAY),
    )
    stated = StateContact(child_ref=OTHER, guardian_phone="13000000000")
    journal = Journal()
    log = MemoryLog(
        each
        for command, by in ((clock, HUB), (stated, COURT))
        for each in journal.carry_out(command, by=by, on=DAY)
    )
    for page in (1, 2):
        view = view_of(Seat.COURT, log.paged(page))
        assert {position for _, position in facts_of(view)} == {1, 2}
        view.close()


def test_what_is_dead_stays_out_when_the_childs_rows_are_made_anew() -> None:
    """A matter with an ordering key of its own fails; the child's others go on beside it."""
    log = task_of_the_court()
    own_key = log.facts[0]
    own_key.header = [*own_key.header[:12], str(UUID(int=9))]
    failing = Failing(own_key.position)
    view = view_of(Seat.COURT, log.paged(1), take=failing)
    assert [letter.position for letter in view.dead_letters()] == [own_key.position]
    assert {position for _, position in facts_of(view)} == {4}
    failing.position = None
    assert view.retry(log) == 1
    whole = view_of(Seat.COURT, log)
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


@pytest.mark.parametrize("page", [1, 7, 500])
def test_a_fold_that_fails_is_put_aside_like_any_fact(
    monkeypatch: pytest.MonkeyPatch, log: MemoryLog, page: int
) -> None:
    whole = view_of(Seat.CIVIL_AFFAIRS, log)
    working = folds.child

    def broken(row: folds.Row | None, fact: Shown) -> folds.Row:
        if fact.topic == ChildClassified.TOPIC and fact.child_ref == str(OTHER):
            raise KeyError(fact.clear["tier"])
        return working(row, fact)

    monkeypatch.setattr(folds, "child", broken)
    view = view_of(Seat.CIVIL_AFFAIRS, log.paged(page))
    assert view.position == log.position
    letters = view.dead_letters()
    assert {letter.error for letter in letters} == {"KeyError", "held"}
    assert {child for child, _ in facts_of(whole) - facts_of(view)} == {str(OTHER)}
    assert view.retry(log) == 0
    monkeypatch.setattr(folds, "child", working)
    assert view.retry(log) == len(letters)
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


@pytest.mark.parametrize("step", range(4))
def test_a_crash_in_the_middle_of_a_batch_repeats_nothing_and_skips_nothing(
    monkeypatch: pytest.MonkeyPatch, log: MemoryLog, tmp_path: Path, step: int
) -> None:
    whole = view_of(Seat.CIVIL_AFFAIRS, log)
    working = SeatView._put
    calls = 0

    def crash(self: SeatView, connection: Connection, *rest: Any) -> None:
        nonlocal calls
        calls += 1
        working(self, connection, *rest)
        if calls == step + 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(SeatView, "_put", crash)
    paged = log.paged(20)
    view = SeatView(Seat.CIVIL_AFFAIRS, sqlite_engine(tmp_path / "view"), POLICY)
    with pytest.raises(KeyboardInterrupt):
        view.catch_up(paged)
    assert view.position == step * 20
    view.close()
    view = view_of(Seat.CIVIL_AFFAIRS, paged, path=tmp_path / "view")
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


def test_a_database_that_fails_is_no_dead_letter(
    monkeypatch: pytest.MonkeyPatch, log: MemoryLog
) -> None:
    view = SeatView(Seat.CIVIL_AFFAIRS, sqlite_engine(Path(":memory:")), POLICY)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(rows, "_stored", full)
    with pytest.raises(OSError, match="disk full"):
        view.catch_up(log.paged(1))
    assert view.dead_letters() == []
    monkeypatch.undo()
    view.catch_up(log)
    whole = view_of(Seat.CIVIL_AFFAIRS, log)
    assert contents(view) == contents(whole)
    view.close()
    whole.close()


def test_only_one_leader(tmp_path: Path) -> None:
    with running(tmp_path / "data") as first, running(tmp_path / "data") as second:
        with first.projector.leading():
            with pytest.raises(NotLeader), second.projector.leading():
                pass
            assert second.settle() is False
        assert second.settle() is True


def test_who_asks_in_vain_takes_nothing_from_the_leader(tmp_path: Path) -> None:
    """Also within one process: its threads share what the leader remembers."""
    with running(tmp_path / "data") as hub, hub.leading() as settle:
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
        settle(None)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(hub.settle).result() is False
        view = hub.projector.view(Seat.EDUCATION)
        with monitored(view) as asked:
            settle(None)
        assert asked == [], "the leader still knows where each view stands"


def test_who_leads_next_goes_by_what_the_views_hold(tmp_path: Path) -> None:
    """Another process moved them, or made them anew, in the meantime."""
    with running(tmp_path / "data") as first, running(tmp_path / "data") as second:
        send(first, EDUCATION, "education.roll", enrolled(pupil(1)))
        first.projector.catch_up()
        send(first, EDUCATION, "education.roll", enrolled(pupil(2)))
        second.settle()
        send(first, EDUCATION, "education.roll", enrolled(pupil(3)))
        first.settle()
        second.settle()
        view = first.projector.view(Seat.EDUCATION)
        assert view.position == first.store.position
        kept = contents(view)
        first.projector.rebuild([Seat.EDUCATION], lambda seat: None)
        assert contents(first.projector.view(Seat.EDUCATION)) == kept


def test_threads_that_ask_for_a_view_at_once_get_one(tmp_path: Path) -> None:
    with running(tmp_path / "data") as hub, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(hub.projector.view, [Seat.TOWN] * 32))
        assert len(set(map(id, found))) == 1


def test_a_leader_that_dies_leaves_the_lead_to_others(tmp_path: Path) -> None:
    program = (
        "import fcntl, os, sys; h = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600); "
        "fcntl.flock(h, fcntl.LOCK_EX); print('leading', flush=True); sys.stdin.read()"
    )
    with running(tmp_path / "data") as hub:
        lock = str(hub.folder.root / "project.lock")
        other = subprocess.Popen(
            [sys.executable, "-c", program, lock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"leading\n"
            assert hub.settle() is False
            other.kill()
            other.wait()
        assert hub.settle() is True
