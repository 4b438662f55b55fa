"""How far a view has come: in the log as a whole, and in each part of it that has its own order.

The store gives the log in its one order. Kafka gives it in partitions, each in order, of which one
may be ahead of another; then a view has taken in everything up to ``whole``, and beyond it what
its ``places`` say. A view may change from one to the other: what it has, it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from hub.eventstore.codec import Fact
from hub.eventstore.partitions import BEGINNING, Place, partition_of
from projections.statements import driver, statements
from projections.tables import PROGRESS

_WHOLE = "view"
_PART = "events/"
_TURNS = "turns"
_ALL = f'SELECT name, position, "offset" FROM {PROGRESS.name}'  # noqa: S608


@dataclass(frozen=True, slots=True)
class Progress:
    """``whole``: the position up to which nothing is missing. ``parts``: how many partitions the
    log has where it is read in partitions, 0 where it never was."""

    whole: int = 0
    parts: int = 0
    places: Mapping[int, Place] = field(default_factory=dict)
    turns: int = 0
    """How often the view was changed by something else than what it reads: a retry."""

    def covers(self, fact: Fact) -> bool:
        """Whether the view has taken the fact in."""
        if fact.position <= self.whole:
            return True
        if not self.places:
            return False
        place = self.places.get(partition_of(fact.ordering_key, self.parts), BEGINNING)
        return fact.position <= place.position

    @property
    def newest(self) -> int:
        """No fact beyond this position has been taken in."""
        return max([self.whole, *(place.position for place in self.places.values())])

    def upto(self, position: int) -> Progress:
        """Everything up to a position is in."""
        return replace(self, whole=max(self.whole, position))

    def at(self, parts: int, places: Mapping[int, Place]) -> Progress:
        """Partitions have come to these places. Raises ValueError when the log has another number
        of partitions than before: its keys would have moved."""
        if self.parts not in (0, parts):
            raise ValueError("the log has another number of partitions than before")
        merged = dict(self.places)
        for number, place in places.items():
            before = merged.get(number, BEGINNING)
            merged[number] = Place(
                max(before.offset, place.offset), max(before.position, place.position)
            )
        whole = self.whole
        if len(merged) == parts:
            whole = max(whole, min(place.position for place in merged.values()))
        return replace(self, whole=whole, parts=parts, places=merged)


def read(connection: Connection) -> Progress:
    """What a view has kept of its progress."""
    whole, parts, turns, places = 0, 0, 0, {}
    # Asked at every batch and every look.
    for name, position, offset in driver(connection).execute(_ALL).fetchall():
        if name == _WHOLE:
            whole = position
        elif name == _TURNS:
            turns = position
        elif name.startswith(_PART):
            number, parts = map(int, name.removeprefix(_PART).split("/"))
            places[number] = Place(offset, position)
    return Progress(whole, parts, places, turns)


def write(connection: Connection, before: Progress, after: Progress) -> None:
    """Keep what has changed, in the transaction of the rows that go with it."""
    rows: list[dict[str, object]] = []
    if after.whole != before.whole:
        rows.append({"name": _WHOLE, "position": after.whole, "offset": 0})
    if after.turns != before.turns:
        rows.append({"name": _TURNS, "position": after.turns, "offset": 0})
    for number, place in after.places.items():
        if before.places.get(number) != place:
            name = f"{_PART}{number}/{after.parts}"
            rows.append({"name": name, "position": place.position, "offset": place.offset})
    statements(connection).progress.put(driver(connection), rows)
