"""Follows the log for every seat's view in one process; the leader of a data folder.

One leader projects at a time: a file lock on the data folder. A command that runs beside a
``hub serve`` appends, and leaves projecting to it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from uuid import UUID

from domain.organisations import Seat
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from projections.engine import BATCH, Log, SeatView
from projections.tables import VIEW_VERSION


class NotLeader(Exception):
    """Another process is projecting this data folder."""


class _SharedFeed:
    """The log's feed, remembering its last page: several views read the same one in turn."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._page: tuple[int, int, list[Fact]] | None = None

    def feed(self, after: int, limit: int) -> list[Fact]:
        """The facts after a position; at most ``limit``."""
        page = self._page
        if page is None or page[:2] != (after, limit):
            page = (after, limit, self._log.feed(after, limit))
            # An empty page is never kept: the log may have grown when it is asked again.
            self._page = page if page[2] else None
        return page[2]

    def history(self, subjects: Iterable[UUID], upto: int) -> list[Fact]:
        """Subjects' histories; not remembered."""
        return self._log.history(list(subjects), upto)

    @property
    def position(self) -> int:
        """The log's newest position."""
        return self._log.position


class Projector:
    """All seats' views of one data folder."""

    def __init__(
        self,
        folder: Path,
        policy: Policy,
        log: Log,
        lock: Path,
        seats: Callable[[], Iterable[Seat]],
    ) -> None:
        """``seats`` gives the seats that have an organisation: only they need a view."""
        self._seats = seats
        self._folder = folder
        self._policy = policy
        self._log = log
        self._lock = lock
        self._views: dict[Seat, SeatView] = {}
        # Requests of many threads ask for a view at once, and its tables are made once.
        self._opening = Lock()
        self._leads = False
        self._positions: dict[Seat, int] = {}
        """Where each view stands, as long as this process leads: nobody else moves them."""

    def path(self, seat: Seat) -> Path:
        """The file of a seat's view at the present version."""
        return self._folder / f"{seat.value}.v{VIEW_VERSION}.sqlite"

    def view(self, seat: Seat) -> SeatView:
        """A seat's view; opened, and made if missing."""
        with self._opening:
            found = self._views.get(seat)
            if found is None:
                found = SeatView(seat, self.path(seat), self._policy)
                self._views[seat] = found
            return found

    @property
    def views(self) -> Mapping[Seat, SeatView]:
        """The views of every seat that has an organisation."""
        return {seat: self.view(seat) for seat in self._seats()}

    @contextmanager
    def leading(self) -> Iterator[None]:
        """Be the one process that projects. Raises NotLeader."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise NotLeader from error
            # Others may have led since, or a caller without the lead caught up.
            self._positions.clear()
            self._leads = True
            try:
                yield
            finally:
                # Only here: whoever did not get the lead takes nothing from who has it.
                self._leads = False
        finally:
            os.close(handle)

    def catch_up(self) -> int:
        """Bring every view to the end of the log; gives how many facts were newly read.

        Views take a batch in turn, so that each page of the log is decoded once for all.
        """
        if not self._leads:
            self._positions.clear()
        target = self._log.position
        views = self.views
        for seat, view in views.items():
            if seat not in self._positions:
                self._positions[seat] = view.position
        start = min((self._positions[seat] for seat in views), default=target)
        feed = _SharedFeed(self._log)
        while True:
            behind = [seat for seat in views if self._positions[seat] < target]
            if not behind:
                return max(0, target - start)
            after = min(self._positions[seat] for seat in behind)
            facts = feed.feed(after, BATCH)
            for seat in behind:
                if self._positions[seat] == after:
                    views[seat].take_in(facts, self._log)
                    self._positions[seat] = facts[-1].position

    def rebuild(self, seats: Iterable[Seat], progress: Callable[[Seat], None]) -> None:
        """Build the views of some seats anew beside the old ones, then switch."""
        for seat in seats:
            path = self.path(seat)
            fresh = path.with_suffix(".rebuilding")
            _remove(fresh)
            view = SeatView(seat, fresh, self._policy)
            view.catch_up(self._log)
            view.fold_log()
            view.close()
            self._positions.pop(seat, None)
            old = self._views.pop(seat, None)
            if old is not None:
                old.close()
            _remove(path)
            fresh.replace(path)
            progress(seat)

    def close(self) -> None:
        """Close every view."""
        for view in self._views.values():
            view.close()
        self._views.clear()
        self._positions.clear()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
