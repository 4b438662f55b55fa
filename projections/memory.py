"""What a view knows from one batch to the next, kept beside its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from projections import progress
from projections.follower import Dead
from projections.progress import Progress
from projections.reach import Reach
from projections.statements import ANY_DEAD, driver, statements
from projections.tables import DEAD_LETTERS, REACH

_PART = 400
"""Bound values of one IN list."""
COLUMNS = ("child_ref", "responsible", "recorded", "authors", "tasks", "erased", "suspicions")


class ViewMemory:
    """The memory of a view: see :class:`projections.follower.Memory`."""

    def progress(self, within: Connection) -> Progress:
        """As :meth:`projections.follower.Memory.progress`."""
        return progress.read(within)

    def keep_progress(self, within: Connection, before: Progress, after: Progress) -> None:
        """As :meth:`projections.follower.Memory.keep_progress`."""
        progress.write(within, before, after)

    def children(self, within: Connection) -> set[str]:
        """As :meth:`projections.follower.Memory.children`."""
        return set(within.execute(select(REACH.c.child_ref)).scalars())

    def reach(self, within: Connection, children: Set[str]) -> dict[str, Reach]:
        """As :meth:`projections.follower.Memory.reach`."""
        rows = statements(within).reach.get(
            driver(within), ((child,) for child in sorted(children))
        )
        found = {}
        for (child,), row in rows.items():
            del row["child_ref"]
            found[child] = Reach.parse(**row)
        return found

    def keep_reach(self, within: Connection, changed: Mapping[str, Reach]) -> None:
        """As :meth:`projections.follower.Memory.keep_reach`."""
        rows = [
            dict(zip(COLUMNS, (child, *reach.dump()), strict=True))
            for child, reach in changed.items()
        ]
        statements(within).reach.put(driver(within), rows)

    def dead_keys(self, within: Connection, keys: Set[str]) -> set[str]:
        """As :meth:`projections.follower.Memory.dead_keys`."""
        found: set[str] = set()
        if driver(within).execute(ANY_DEAD).fetchone() is None:
            return found
        column = DEAD_LETTERS.c.ordering_key
        for part in parts(sorted(keys)):
            found |= set(within.execute(select(column).where(column.in_(part))).scalars())
        return found

    def dead_of(self, within: Connection, children: Sequence[str]) -> set[int]:
        """As :meth:`projections.follower.Memory.dead_of`."""
        found: set[int] = set()
        for part in parts(children):
            positions = select(DEAD_LETTERS.c.position).where(DEAD_LETTERS.c.child_ref.in_(part))
            found |= set(within.execute(positions).scalars())
        return found

    def bury(self, within: Connection, letters: Sequence[Dead]) -> None:
        """As :meth:`projections.follower.Memory.bury`."""
        if letters:
            within.execute(insert(DEAD_LETTERS), [asdict(letter) for letter in letters])

    def exhume(self, within: Connection, child: str) -> None:
        """As :meth:`projections.follower.Memory.exhume`."""
        within.execute(delete(DEAD_LETTERS).where(DEAD_LETTERS.c.child_ref == child))

    def letters(self, within: Connection) -> list[Dead]:
        """As :meth:`projections.follower.Memory.letters`."""
        rows = within.execute(select(DEAD_LETTERS).order_by(DEAD_LETTERS.c.position))
        return [Dead(**row._mapping) for row in rows]


def parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Lists short enough for the values of one IN list."""
    for start in range(0, len(items), _PART):
        yield items[start : start + _PART]
