"""The engine under failures: dead letters, crashes, one leader."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from domain.child_file import ChildClassified
from domain.kernel import Recorded
from domain.organisations import Seat
from hub.eventstore.codec import Fact
from projections import engine, folds
from projections.engine import RETRIES, SeatView
from projections.folds import Shown
from projections.runner import NotLeader
from tests.domain.histories import one_of_each_recorded
from tests.program import running
from tests.projections.logs import POLICY, MemoryLog, contents, view_of

OTHER = UUID("c0000000-0000-4000-8000-00000000000f")


def _of_other(recorded: Recorded, number: int) -> Recorded:
    """The same kind of event, in another child's life."""
    event = recorded.event.model_copy(update={"child_ref": OTHER})
    stream = OTHER if recorded.originator_id == recorded.event.subject else UUID(int=number + 10**9)
    return Recorded(stream, recorded.originator_version, OTHER, recorded.header, event)


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    """Two children's years, one fact of each in turn."""
    year = [each for each in one_of_each_recorded() if each.event.subject is not None]
    mixed: list[Recorded] = []
    for number, each in enumerate(year):
        mixed += [each, _of_other(each, number)]
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


def facts_of(view: SeatView) -> set[tuple[str, str]]:
    """(child, position) of the facts in a view."""
    with view.engine.begin() as connection:
        return {
            (row[0], row[1])
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


@pytest.mark.parametrize("seat", [Seat.TOWN, Seat.COURT])
def test_what_comes_after_a_retry_is_taken_in_too(
    seat: Seat, log: MemoryLog, tmp_path: Path
) -> None:
    """Also after a restart: which children a view follows is not only in memory."""
    about = [fact for fact in log.facts if fact.child_ref == str(OTHER)]
    failing = Failing(about[0].position)
    half = MemoryLog(())
    half.facts = log.facts[: about[len(about) // 2].position]
    view_of(seat, half, take=failing, path=tmp_path / "view").close()
    view = view_of(seat, half, path=tmp_path / "view")
    view.catch_up(half)
    view.retry(half)
    view.catch_up(log)
    whole = view_of(seat, log)
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
    view = SeatView(Seat.CIVIL_AFFAIRS, tmp_path / "view", POLICY)
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
    view = SeatView(Seat.CIVIL_AFFAIRS, Path(":memory:"), POLICY)

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(engine, "_stored", full)
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


def test_a_leader_that_dies_leaves_the_lead_to_others(tmp_path: Path) -> None:
    program = (
        "import fcntl, os, sys; h = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600); "
        "fcntl.flock(h, fcntl.LOCK_EX); print('leading', flush=True); sys.stdin.read()"
    )
    with running(tmp_path / "data") as hub:
        lock = str(hub.folder.project_lock)
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
