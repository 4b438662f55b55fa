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

    __slots__ = ("leads", "outcome", "size", "turn", "work")

    def __init__(self, work: W, size: int) -> None:
        self.work = work
        self.size = size
        self.leads = False
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
        ticket: _Ticket[W, R] = _Ticket(work, self._size(work))
        with self._lock:
            self._waiting.append(ticket)
            ticket.leads, self._led = not self._led, True
        if not ticket.leads:
            try:
                ticket.turn.acquire()
            except BaseException:
                self._leave(ticket)
                raise
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
                total += self._waiting[0].size
                if group and total > self._bound:
                    break
                group.append(self._waiting.popleft())
        try:
            outcomes: Sequence[R | BaseException] = self._commit([each.work for each in group])
            if len(outcomes) != len(group):
                raise ValueError("a commit answers for each work")
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
        # The next group is on its way before this one's writers wake up.
        with self._lock:
            self._hand_on()
        for each in group:
            if each is not own:
                each.turn.release()

    def _hand_on(self) -> None:
        """Let the next in line lead, if there is one; under the lock."""
        self._led = bool(self._waiting)
        if self._led:
            self._waiting[0].leads = True
            self._waiting[0].turn.release()

    def _leave(self, ticket: _Ticket[W, R]) -> None:
        """Somebody wants the thread that waits to end: what is not begun is not begun any more,
        and the lead does not stay with who is gone."""
        with self._lock:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            if ticket.leads and ticket.outcome is None:
                self._hand_on()
