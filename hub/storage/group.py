"""Group commit: work that waits while another is being committed is committed together.

Whoever comes while nobody commits leads: it takes what is waiting, commits it, and hands the lead
to the next in line. A single writer therefore never waits for another thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

W = TypeVar("W")
R = TypeVar("R")


class _Ticket(Generic[W, R]):
    """One piece of work and what became of it. ``turn`` opens when it is done, or when it is its
    own turn to lead."""

    __slots__ = ("outcome", "turn", "work")

    def __init__(self, work: W) -> None:
        self.work = work
        self.turn = Lock()
        self.turn.acquire()
        self.outcome: tuple[R | None, BaseException | None] | None = None


class GroupCommit(Generic[W, R]):
    """Commits work in groups, in the order in which it came.

    ``commit`` takes a group and gives for each work its result or its exception; what it raises
    itself is everybody's. A group holds at least one work, and others up to a total ``size`` of
    ``bound`` (in whatever unit ``size`` measures).
    """

    def __init__(
        self,
        commit: Callable[[Sequence[W]], Sequence[R | BaseException]],
        size: Callable[[W], int],
        bound: int,
    ) -> None:
        self._commit = commit
        self._size = size
        self._bound = bound
        self._lock = Lock()
        self._waiting: deque[_Ticket[W, R]] = deque()
        self._led = False

    def submit(self, work: W) -> R:
        """Wait until the work is committed; gives its result or raises its exception."""
        ticket: _Ticket[W, R] = _Ticket(work)
        with self._lock:
            self._waiting.append(ticket)
            follow, self._led = self._led, True
        if follow:
            ticket.turn.acquire()
        if ticket.outcome is None:
            self._lead(ticket)
        result, failure = ticket.outcome or (None, RuntimeError("work without an outcome"))
        if failure is not None:
            raise failure
        return result  # type: ignore[return-value]

    def _lead(self, own: _Ticket[W, R]) -> None:
        group: list[_Ticket[W, R]] = []
        total = 0
        with self._lock:
            while self._waiting:
                total += self._size(self._waiting[0].work)
                if group and total > self._bound:
                    break
                group.append(self._waiting.popleft())
        try:
            outcomes: Sequence[R | BaseException] = self._commit([each.work for each in group])
        except BaseException as error:
            outcomes = [error] * len(group)
            if not isinstance(error, Exception):
                # Somebody wants this thread to end; the others' work was lost with it, not theirs.
                outcomes = [
                    error if each is own else RuntimeError("the leader of the group was stopped")
                    for each in group
                ]
        for each, outcome in zip(group, outcomes, strict=True):
            failed = isinstance(outcome, BaseException)
            each.outcome = (None, outcome) if failed else (outcome, None)  # type: ignore[assignment]
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        # The next group is on its way before this one's writers wake up.
        if following is not None:
            following.turn.release()
        for each in group:
            if each is not own:
                each.turn.release()
