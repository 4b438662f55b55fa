"""Follows the log for the silence board of the whole district: which loops stand open, and whose.

Its table can be made anew from the log, and its position moves with it. Whoever asks follows first,
so that no answer waits for a worker; of an erased child nothing stays, and what was sealed away
(封存) is folded out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, delete, insert, or_, select

from domain.calendar import CalendarYearMissing
from domain.child_file import ChildErased
from domain.kernel import Category
from domain.rules import Rules
from domain.silence import WORK, Loop, SilenceKind, steps
from hub.eventstore.absence import FENCE
from hub.eventstore.codec import Fact
from hub.reaction_tables import AREA, LOOPS, POSITIONS, REFUSED
from hub.storage.sql import Storage, in_parts, put

_NAME = "silence"
_PAGE = 500
_FORM = "%Y-%m-%dT%H:%M:%S.%f+00:00"


class Log(Protocol):
    """The log, as it is followed and looked up."""

    def feed(self, after: int, limit: int) -> list[Fact]: ...
    def history(self, subjects: Sequence[UUID], upto: int, after: int = 0) -> list[Fact]: ...


class Silences:
    """Open loops of the district by what was recorded."""

    def __init__(self, storage: Storage, log: Log, rules: Rules) -> None:
        self._engine = storage.engine(AREA, create=True)
        self._log = log
        self._rules = rules

    def silent(self, now: datetime, *kinds: SilenceKind) -> list[Loop]:
        """What is silent by now, by everything that is recorded by now; of some kinds alone, where
        any are named."""
        self.follow()
        feeds = LOOPS.c.kind == SilenceKind.FEED_STOPPED
        query = select(LOOPS).where(or_(LOOPS.c.silent_from <= _sortable(now), feeds))
        if kinds:
            query = query.where(LOOPS.c.kind.in_(kinds))
        with self._engine.begin() as connection:
            found = [_loop(row) for row in connection.execute(query.order_by(LOOPS.c.key))]
            working = set(
                connection.execute(
                    select(LOOPS.c.owner).where(LOOPS.c.kind.in_(sorted(WORK))).distinct()
                ).scalars()
            )
        return [
            each
            for each in map(self._judged, found)
            if _is_silent(each, now)
            and (each.kind is not SilenceKind.WORKER_AWAY or each.owner in working)
        ]

    def open_work(self) -> list[Loop]:
        """All work that is owed by anybody now, due or not."""
        self.follow()
        query = select(LOOPS).where(LOOPS.c.kind.in_(sorted(WORK))).order_by(LOOPS.c.key)
        with self._engine.begin() as connection:
            return [_loop(row) for row in connection.execute(query)]

    def follow(self) -> None:
        """Take in what was recorded since. Two who do it at once wait for each other, and nobody
        waits where nothing is new."""
        with self._engine.begin() as connection:
            known = select(POSITIONS.c.position).where(POSITIONS.c.name == _NAME)
            position = connection.execute(known).scalar_one_or_none() or 0
        if not self._log.feed(position, 1):
            return
        while True:
            with self._engine.execution_options(writing=True).begin() as connection:
                position = self._position(connection)
                facts = self._log.feed(position, _PAGE)
                if not facts:
                    return
                self._take(connection, facts)
                put(connection, POSITIONS, [{"name": _NAME, "position": facts[-1].position}])

    def not_carried_out(self) -> list[str]:
        """The child (or what else it is about) of each reaction that the rules refused: a referral
        that nobody received."""
        with self._engine.begin() as connection:
            positions = list(connection.execute(select(REFUSED.c.position)).scalars())
        about = {
            position: str(fact.clear.get("child_ref") or fact.subject)
            for position in set(positions)
            for fact in self._log.feed(position - 1, 1)
        }
        return [about[position] for position in positions if position in about]

    def _position(self, connection: Connection) -> int:
        query = select(POSITIONS.c.position).where(POSITIONS.c.name == _NAME).with_for_update()
        found = connection.execute(query).scalar_one_or_none()
        if found is None:
            put(connection, POSITIONS, [{"name": _NAME, "position": 0}])
        return found or 0

    def _take(self, connection: Connection, facts: Sequence[Fact]) -> None:
        waiting: list[Fact] = []
        for fact in facts:
            if fact.topic not in (ChildErased.TOPIC, FENCE):
                waiting.append(fact)
                continue
            self._fold(connection, waiting)
            waiting = []
            child = fact.subject
            connection.execute(delete(LOOPS).where(LOOPS.c.child_ref == str(child)))
            if fact.topic == FENCE:
                self._fold(connection, self._log.history([child], fact.position))
        self._fold(connection, waiting)

    def _fold(self, connection: Connection, facts: Iterable[Fact]) -> None:
        about = [
            (key, fold, fact) for fact in facts for key, fold in steps(self._rules.silence, fact)
        ]
        keys = list(dict.fromkeys(key for key, _, _ in about))
        if not keys:
            return
        loops: dict[str, Loop | None] = dict.fromkeys(keys)
        for part in in_parts(keys):
            for row in connection.execute(select(LOOPS).where(LOOPS.c.key.in_(part))):
                loops[row.key] = _loop(row)
        before = dict(loops)
        for key, fold, fact in about:
            loops[key] = fold(loops[key], fact)
        changed = [key for key in keys if loops[key] != before[key]]
        for part in in_parts(changed):
            connection.execute(delete(LOOPS).where(LOOPS.c.key.in_(part)))
        rows = [_row(key, loop) for key in changed if (loop := loops[key]) is not None]
        if rows:
            connection.execute(insert(LOOPS), rows)

    def _judged(self, loop: Loop) -> Loop:
        """A feed is silent from when its next sending was awaited."""
        if loop.kind is not SilenceKind.FEED_STOPPED or loop.silent_from is None:
            return loop
        feed = self._rules.silence.feeds.get(loop.about)
        if feed is None:
            # It is awaited no more.
            return replace(loop, silent_from=None)
        try:
            due = self._rules.due(feed.every, loop.silent_from)
        except CalendarYearMissing:
            # Early rather than never.
            due = loop.silent_from + timedelta(days=feed.every.amount)
        return replace(loop, silent_from=due)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _is_silent(loop: Loop, now: datetime) -> bool:
    return loop.silent_from is not None and loop.silent_from <= now


def _loop(row: object) -> Loop:
    kept = row._mapping  # type: ignore[attr-defined]  # a row of the table
    since = kept["silent_from"]
    return Loop(
        SilenceKind(kept["kind"]),
        kept["about"],
        kept["owner"],
        Category(kept["matter"]),
        kept["child_ref"],
        None if since is None else datetime.fromisoformat(since),
    )


def _row(key: str, loop: Loop) -> dict[str, str | None]:
    return {
        "key": key,
        "kind": loop.kind.value,
        "about": loop.about,
        "owner": loop.owner,
        "matter": loop.matter.value,
        "child_ref": loop.child_ref,
        "silent_from": None if loop.silent_from is None else _sortable(loop.silent_from),
    }


def _sortable(instant: datetime) -> str:
    """An instant (UTC) as text that sorts as time does."""
    return instant.strftime(_FORM)
