"""Logs in memory, and what a view holds, for comparing views without a file or a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.kernel import Recorded
from domain.organisations import Seat
from hub.eventstore.codec import Fact, SealingMapper
from hub.policies import load_policies
from hub.storage.sqlite import sqlite_engine
from projections.engine import SeatView
from projections.tables import META

POLICY = load_policies().access
IN_MEMORY = Path(":memory:")


class MemoryLog:
    """Recorded events as the store would give them, at most ``page`` at a time."""

    def __init__(self, recorded: Iterable[Recorded], page: int = 500) -> None:
        mapper = SealingMapper(None)
        self.page = page
        self.facts: list[Fact] = [
            mapper.to_fact(stored, position)
            for position, stored in enumerate(mapper.store(list(recorded)), 1)
        ]

    def paged(self, page: int) -> MemoryLog:
        """The same log by another page."""
        log = MemoryLog((), page)
        log.facts = self.facts
        return log

    def until(self, position: int) -> MemoryLog:
        """The same log when it had come to a position."""
        log = MemoryLog((), self.page)
        log.facts = self.facts[:position]
        return log

    def feed(self, after: int, limit: int) -> list[Fact]:
        return self.facts[after : after + min(limit, self.page)]

    def history(self, subjects: Sequence[UUID], upto: int) -> list[Fact]:
        wanted = set(subjects)
        return [fact for fact in self.facts[:upto] if fact.subject in wanted]

    @property
    def position(self) -> int:
        return len(self.facts)


def view_of(
    seat: Seat,
    log: MemoryLog,
    *,
    path: Path = IN_MEMORY,
    take: Callable[[Fact], None] | None = None,
) -> SeatView:
    """A seat's view that has caught up with a log."""
    view = SeatView(seat, sqlite_engine(path), POLICY, take=take)
    view.catch_up(log)
    return view


def contents(view: SeatView) -> dict[str, list[str]]:
    """Every row of every table, JSON read and sorted."""
    with view.engine.begin() as connection:
        return {
            table.name: sorted(
                repr([_plain(value) for value in row])
                for row in connection.execute(select(table))
                # How often it was retried is no part of what it holds.
                if row[0] != "turns"
            )
            for table in META.sorted_tables
        }


def _plain(value: Any) -> Any:
    return sorted(value.items()) if isinstance(value, dict) else value
