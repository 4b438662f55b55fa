"""Group commit: order, bounds, whose failure is whose, and nobody left waiting."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from random import Random

import pytest

from hub.storage.group import GroupCommit

PATIENCE = 10
"""Seconds after which something that was to happen counts as not happening."""


def begin(work: Callable[[], int]) -> Future[int]:
    """Run on a thread that does not keep the tests from ending if it is left waiting."""
    found: Future[int] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found


class Committing:
    """A commit that takes its time: each group waits until it is let through."""

    def __init__(self, bound: int = 1000) -> None:
        self.groups: list[list[int]] = []
        self.then: Callable[[Sequence[int]], Sequence[int | BaseException]] = list
        self._begun = threading.Semaphore(0)
        self._through = threading.Semaphore(0)
        self.group: GroupCommit[int, int] = GroupCommit(self.commit, lambda work: work, bound)

    def commit(self, works: Sequence[int]) -> Sequence[int | BaseException]:
        self.groups.append(list(works))
        self._begun.release()
        assert self._through.acquire(timeout=PATIENCE)
        return self.then(works)

    def submit(self, work: int) -> Future[int]:
        """Submit from a thread of its own; returns when the work waits or is being committed."""
        waiting = len(self.group._waiting) + sum(map(len, self.groups))
        found = begin(lambda: self.group.submit(work))
        self.wait(lambda: len(self.group._waiting) + sum(map(len, self.groups)) > waiting)
        return found

    def wait(self, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not until():
            assert time.monotonic() < deadline
            time.sleep(0.001)

    def begun(self) -> None:
        """Wait until the next group is being committed."""
        assert self._begun.acquire(timeout=PATIENCE)

    def through(self, groups: int = 1) -> None:
        """Let groups through."""
        self._through.release(groups)


@contextmanager
def committing(bound: int = 1000) -> Iterator[Committing]:
    found = Committing(bound)
    try:
        yield found
    finally:
        found.through(1000)


def results(futures: Sequence[Future[int]]) -> list[int | BaseException]:
    """What became of each, an exception in its place."""
    return [each.exception(PATIENCE) or each.result(PATIENCE) for each in futures]


def test_what_waits_while_another_is_committed_goes_together_in_its_order() -> None:
    with committing() as at:
        works = [at.submit(1)]
        at.begun()
        works += [at.submit(work) for work in (5, 3, 4, 2)]
        at.through(2)
        assert results(works) == [1, 5, 3, 4, 2]
        assert at.groups == [[1], [5, 3, 4, 2]]


def test_who_comes_alone_waits_for_nobody() -> None:
    with committing() as at:
        at.through(3)
        assert [at.group.submit(work) for work in (7, 8, 9)] == [7, 8, 9]
        assert at.groups == [[7], [8], [9]]


def test_a_group_is_bounded_and_one_that_is_too_large_goes_by_itself() -> None:
    with committing(bound=10) as at:
        works = [at.submit(1)]
        at.begun()
        works += [at.submit(work) for work in (4, 6, 1, 99, 10, 3)]
        at.through(6)
        assert results(works) == [1, 4, 6, 1, 99, 10, 3]
        assert at.groups == [[1], [4, 6], [1], [99], [10], [3]]


def test_the_lead_is_handed_on_before_anybody_is_told() -> None:
    """The next group does not wait until this one's writers have woken up."""
    with committing() as at:
        first = at.submit(1)
        at.begun()
        second = at.submit(2)
        at.through()
        at.begun()
        assert at.groups == [[1], [2]]
        assert first.result(PATIENCE) == 1
        assert not second.done()
        at.through()
        assert second.result(PATIENCE) == 2


def test_a_work_that_fails_fails_alone() -> None:
    def odd_ones_fail(works: Sequence[int]) -> list[int | BaseException]:
        return [ValueError(work) if work % 2 else work for work in works]

    with committing() as at:
        works = [at.submit(2)]
        at.begun()
        works += [at.submit(work) for work in (3, 4, 5, 6)]
        at.then = odd_ones_fail
        at.through(2)
        found = results(works)
        assert [each if isinstance(each, int) else each.args for each in found] == [
            2,
            (3,),
            4,
            (5,),
            6,
        ]


def test_an_exception_of_the_commit_is_everybodys_and_the_next_group_goes_on() -> None:
    lost = ConnectionError("示例")

    def fail(works: Sequence[int]) -> list[int | BaseException]:
        raise lost

    with committing() as at:
        works = [at.submit(1)]
        at.begun()
        works += [at.submit(2), at.submit(3)]
        at.through()
        at.begun()
        at.then = fail
        works.append(at.submit(4))
        at.through()
        at.begun()
        at.then = list
        at.through()
        assert results(works) == [1, lost, lost, 4]


@pytest.mark.parametrize("given", [[], [1], [1, 2, 3]])
def test_a_commit_that_answers_for_too_few_or_too_many_strands_nobody(given: list[int]) -> None:
    with committing() as at:
        works = [at.submit(9)]
        at.begun()
        works += [at.submit(1), at.submit(2)]
        at.through()
        at.begun()
        at.then = lambda works: given
        works.append(at.submit(8))
        at.through()
        at.begun()
        at.then = list
        at.through()
        found = results(works)
        assert (found[0], found[3]) == (9, 8)
        assert all(isinstance(each, ValueError) for each in found[1:3])


def test_a_size_that_cannot_be_told_is_its_own_works_failure() -> None:
    def size(work: int) -> int:
        if work < 0:
            raise OverflowError(work)
        return 1

    group: GroupCommit[int, int] = GroupCommit(list, size, 10)
    with pytest.raises(OverflowError):
        group.submit(-1)
    assert group.submit(1) == 1


def test_a_leader_that_is_stopped_strands_nobody() -> None:
    def stop(works: Sequence[int]) -> list[int | BaseException]:
        raise KeyboardInterrupt

    with committing() as at:
        works = [at.submit(1)]
        at.begun()
        works += [at.submit(2), at.submit(3)]
        at.through()
        at.begun()
        at.then = stop
        works.append(at.submit(4))
        at.through()
        at.begun()
        at.then = list
        at.through()
        first, leader, other, next_one = results(works)
        assert (first, next_one) == (1, 4)
        assert isinstance(leader, KeyboardInterrupt)
        # Nobody asked the other's thread to end.
        assert isinstance(other, RuntimeError)


def interrupted(at: Committing, work: int, when: Callable[[], object]) -> None:
    """Submit from this very thread, and interrupt it (as Ctrl+C would) after ``when``."""

    def interrupt() -> None:
        when()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    other = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        other.start()
        with pytest.raises(KeyboardInterrupt):
            at.group.submit(work)
    finally:
        other.join()
        signal.signal(signal.SIGINT, before)


def test_a_writer_that_is_interrupted_while_it_waits_takes_its_work_along() -> None:
    with committing() as at:
        first = at.submit(1)
        at.begun()
        interrupted(at, 2, lambda: at.wait(lambda: len(at.group._waiting) == 1))
        third = at.submit(3)
        at.through(2)
        assert results([first, third]) == [1, 3]
        assert at.groups == [[1], [3]], "what nobody waits for any more is not begun"
        at.through()
        assert at.group.submit(4) == 4


def test_a_writer_that_is_interrupted_while_its_work_is_committed_is_let_go() -> None:
    with committing() as at:
        first = at.submit(1)
        at.begun()
        second = at.submit(2)

        def when() -> None:
            at.wait(lambda: len(at.group._waiting) == 2)
            at.through()
            at.begun()

        interrupted(at, 3, when)
        at.through()
        assert results([first, second]) == [1, 2]
        assert at.groups == [[1], [2, 3]]
        at.through()
        assert at.group.submit(4) == 4


def test_many_threads_each_get_their_own_answer() -> None:
    """Every work is committed exactly once, and each thread's own in its order."""
    threads, each_submits = 16, 200
    committed: list[tuple[int, int]] = []

    def commit(works: Sequence[tuple[int, int]]) -> list[tuple[int, int] | BaseException]:
        committed.extend(works)
        if len(works) % 3:
            time.sleep(0.0002)
        return [LookupError(work) if work[1] % 50 == 49 else work for work in works]

    group: GroupCommit[tuple[int, int], tuple[int, int]] = GroupCommit(commit, lambda work: 1, 7)

    def write(thread: int) -> int:
        failed = 0
        random = Random(thread)
        for number in range(each_submits):
            work = (thread, number)
            if number % 50 == 49:
                with pytest.raises(LookupError, match=rf"\({thread}, {number}\)"):
                    group.submit(work)
                failed += 1
            else:
                assert group.submit(work) == work
            if random.random() < 0.02:
                time.sleep(0.001)
        return failed

    running = [begin(partial(write, thread)) for thread in range(threads)]
    assert results(running) == [each_submits // 50] * threads
    assert len(committed) == len(set(committed)) == threads * each_submits
    for thread in range(threads):
        mine = [number for who, number in committed if who == thread]
        assert mine == list(range(each_submits))
