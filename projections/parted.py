"""Follows the shared log, which is read in partitions, for the views of some seats.

Several workers share the partitions; each takes what it reads into all of its views, so that a
page of the log is decoded once for all of them. Where a view stands in a partition is kept in the
view, with the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.eventstore.codec import Fact
from hub.eventstore.partitions import BEGINNING, Place, partition_of
from projections.engine import BATCH, Log, SeatView


class Part(Protocol):
    """What came of one partition: facts with their offsets, and the place after them."""

    @property
    def partition(self) -> int: ...
    @property
    def facts(self) -> Sequence[tuple[int, Fact]]: ...
    @property
    def place(self) -> Place: ...


class PartedLog(Protocol):
    """A reader of the shared log."""

    def poll(self, seconds: float) -> Sequence[Part]: ...
    def seek(self, places: Mapping[int, Place]) -> None: ...
    @property
    def places(self) -> Mapping[int, Place]: ...
    def ends(self) -> Mapping[int, int]: ...


class Unreadable(Protocol):
    """Where a record stands that cannot be read."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """Everything up to ``position`` lies before these ends of the partitions."""

    position: int
    ends: Mapping[int, int]


class PartedProjector:
    """Takes what a reader of the shared log gives into views."""

    def __init__(
        self,
        views: Callable[[], Sequence[SeatView]],
        store: Log,
        parts: int,
        relayed: Callable[[], int],
    ) -> None:
        """``store`` is the hub's own log: children's histories come from there. ``parts`` is how
        many partitions the shared log has. ``relayed`` gives the position up to which everything
        is in the shared log for sure."""
        self._views = views
        self._store = store
        self._parts = parts
        self._relayed = relayed
        self._mark: _Mark | None = None
        self._marked = -1
        self._gaps: dict[int, int] = {}
        """Partitions with a record that could not be read, and the position before it: what is
        missing comes from the store."""

    def places(self, partitions: Sequence[int]) -> dict[int, Place]:
        """Where to go on in these partitions so that no view misses anything."""
        progresses = [view.progress for view in self._views()]
        found = {}
        for number in partitions:
            kept = [each.places.get(number, BEGINNING) for each in progresses]
            found[number] = Place(
                min((place.offset for place in kept), default=0),
                min(
                    (
                        max(each.whole, place.position)
                        for each, place in zip(progresses, kept, strict=True)
                    ),
                    default=0,
                ),
            )
            self._gaps.pop(number, None)
        # Nothing is known of how far these partitions have been read.
        self._mark, self._marked = None, -1
        return found

    def unreadable(self, log: PartedLog, record: Unreadable) -> None:
        """Go on behind a record that cannot be read. What it held is taken from the store before
        anything later of its partition is taken in."""
        at = log.places[record.partition]
        self._gaps.setdefault(record.partition, at.position)
        log.seek({record.partition: Place(record.offset + 1, at.position)})

    def step(self, log: PartedLog, seconds: float) -> int:
        """Take in what comes next, waiting up to ``seconds`` for it; gives how many facts. A
        failure leaves the reader where the views stand."""
        # A reader that fails stands where it stood.
        batches = log.poll(seconds)
        try:
            facts = [fact for batch in batches for _, fact in batch.facts]
            for batch in batches:
                if batch.facts:
                    first = batch.facts[0][1].position
                    facts += self._missing(batch.partition, first - 1)
            # In the order of the log: within a partition it is so already.
            facts.sort(key=lambda fact: fact.position)
            places = {batch.partition: batch.place for batch in batches}
            if places:
                self._take_in(facts, places)
                for number in places:
                    self._gaps.pop(number, None)
            self._reached(log)
        except Exception:
            log.seek(self.places(sorted(log.places)))
            raise
        return len(facts)

    def _take_in(self, facts: Sequence[Fact], places: Mapping[int, Place]) -> None:
        for view in self._views():
            view.take_in_part(facts, self._store, self._parts, places)

    def _missing(self, partition: int, upto: int) -> list[Fact]:
        """What the store has of a partition with a gap, up to a position."""
        after = self._gaps.get(partition)
        found: list[Fact] = []
        while after is not None and after < upto:
            page = [fact for fact in self._store.feed(after, BATCH) if fact.position <= upto]
            if not page:
                break
            found += [
                fact for fact in page if partition_of(fact.ordering_key, self._parts) == partition
            ]
            after = page[-1].position
        return found

    def _reached(self, log: PartedLog) -> None:
        """Move the views' positions on in partitions in which nothing happens."""
        if self._mark is None:
            relayed = self._relayed()
            if relayed <= self._marked:
                return
            # In this order: what was relayed by then is before the ends that are asked for now.
            self._mark = _Mark(relayed, log.ends())
        mark, at = self._mark, log.places
        behind = [n for n, end in mark.ends.items() if n in at and at[n].offset < end]
        if behind:
            return
        facts = [fact for number in at for fact in self._missing(number, mark.position)]
        facts.sort(key=lambda fact: fact.position)
        self._take_in(
            facts,
            {n: Place(place.offset, max(place.position, mark.position)) for n, place in at.items()},
        )
        self._gaps.clear()
        self._marked, self._mark = mark.position, None
