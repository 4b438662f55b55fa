"""Follows the log for every seat's view in one process, as the one that leads.

A command that runs beside a ``hub serve`` appends, and leaves projecting to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from threading import Lock
from uuid import UUID

from domain.organisations import Seat
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from hub.storage.lead import Lead, Leads
from projections.engine import BATCH, Log, SeatView
from projections.storage import ViewStorage


class SharedFeed:
    """The log's feed, remembering its last page: views and reactions read the same one in turn."""

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
    """The views of some seats, or of all."""

    def __init__(
        self,
        storage: ViewStorage,
        policy: Policy,
        log: Log,
        leads: Leads,
        seats: Callable[[], Iterable[Seat]],
        only: Sequence[Seat] = tuple(Seat),
    ) -> None:
        """``seats`` gives the seats that have an organisation: only they need a view. ``only``
        says which this process keeps."""
        self._seats = seats
        self._storage = storage
        self._policy = policy
        self._log = log if isinstance(log, SharedFeed) else SharedFeed(log)
        self._leads = leads
        self._only = only
        self._views: dict[Seat, SeatView] = {}
        # Requests of many threads ask for a view at once, and its tables are made once.
        self._opening = Lock()
        self._lead: Lead | None = None
        self._positions: dict[Seat, int] = {}
        """Where each view stands, as long as this process leads."""

    @property
    def log(self) -> Log:
        """The log as this process follows it."""
        return self._log

    def view(self, seat: Seat) -> SeatView:
        """A seat's view; opened, and made if missing."""
        with self._opening:
            found = self._views.get(seat)
            if found is None:
                found = SeatView(seat, self._storage.open(seat), self._policy)
                self._views[seat] = found
            return found

    @property
    def views(self) -> Mapping[Seat, SeatView]:
        """The views that this process keeps, of seats that have an organisation."""
        return {seat: self.view(seat) for seat in self._seats() if seat in self._only}

    @contextmanager
    def leading(self) -> Iterator[None]:
        """Be the one process that projects these views. Raises NotLeader."""
        with self._leads.take([f"project.{seat.value}" for seat in self._only]) as lead:
            # Others may have led since, or a caller without the lead caught up.
            self._positions.clear()
            self._lead = lead
            try:
                yield
            finally:
                # Only here: whoever did not get the lead takes nothing from who has it.
                self._lead = None

    def catch_up(self) -> int:
        """Bring every view to the end of the log; gives how many facts were newly read.

        Views take a batch in turn, so that each page of the log is decoded once for all.
        """
        if self._lead is None:
            self._positions.clear()
        else:
            self._lead.check()
        target = self._log.position
        views = self.views
        for seat, view in views.items():
            if seat not in self._positions:
                self._positions[seat] = view.position
        start = min((self._positions[seat] for seat in views), default=target)
        while True:
            behind = [seat for seat in views if self._positions[seat] < target]
            if not behind:
                return max(0, target - start)
            after = min(self._positions[seat] for seat in behind)
            facts = self._log.feed(after, BATCH)
            if not facts:
                return max(0, after - start)
            for seat in behind:
                if self._positions[seat] == after:
                    self._positions[seat] = views[seat].take_in(facts, self._log)

    def rebuild(self, seats: Iterable[Seat], progress: Callable[[Seat], None]) -> None:
        """Build the views of some seats anew beside the old ones, then switch. Raises NotLeader
        when another process is at the same, or keeps the views where they cannot be kept
        meanwhile."""
        wanted = list(seats)
        with self._rebuilding(wanted):
            for seat in wanted:
                self._rebuild(seat)
                progress(seat)

    def retrying(self) -> AbstractContextManager[object]:
        """Have what is needed to retry dead letters: the lead, where nobody else may write a view
        that a process keeps. Raises NotLeader."""
        return self.leading() if self._storage.alone else nullcontext()

    def _rebuilding(self, seats: Sequence[Seat]) -> AbstractContextManager[object]:
        if not self._storage.alone:
            return self._leads.take([f"rebuild.{seat.value}" for seat in seats])
        return nullcontext() if self._lead is not None else self.leading()

    def _rebuild(self, seat: Seat) -> None:
        # Opened, and made if missing, before the switch: nobody may write it then.
        kept = self.view(seat)
        engine = self._storage.fresh(seat)
        try:
            view = SeatView(seat, engine, self._policy)
            view.catch_up(self._log)
            self._storage.switch(seat, engine, partial(self._finish, seat, view, kept))
        finally:
            engine.dispose()

    def _finish(self, seat: Seat, fresh: SeatView, kept: SeatView) -> None:
        fresh.catch_up(self._log)
        # A reader of the shared log need not begin at its beginning again.
        fresh.adopt(kept.progress)
        self._positions.pop(seat, None)
        old = self._views.pop(seat, None)
        if old is not None:
            old.close()

    def close(self) -> None:
        """Close every view."""
        for view in self._views.values():
            view.close()
        self._views.clear()
        self._positions.clear()
