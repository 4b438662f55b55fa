"""The projection engine: facts in batches, rows and position in one transaction.

A crash repeats nothing and skips nothing, because the position moves with the rows. When an
organisation's reach for a child changes, its rows for that child are made anew from the child's
history: what opened appears whole, what closed goes. A fact that fails goes to the dead letters
with everything later of its ordering key held behind it; all others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, func, insert, select

from domain.kernel import Category
from domain.organisations import Seat
from hub.authorization.decide import By
from hub.authorization.policy import Policy, Word
from hub.eventstore.codec import Fact
from hub.eventstore.partitions import Place
from hub.storage.sql import as_json
from projections import progress
from projections.folds import Row, Shown, entities
from projections.progress import Progress
from projections.reach import Opened, Reach
from projections.statements import ANY_DEAD, driver, statements
from projections.tables import DEAD_LETTERS, DERIVED, FACTS, META, REACH
from projections.visible import PARTIES, concerned, shown_facts, shown_fields, visible

BATCH = 500
"""Facts of one transaction."""
RETRIES = 2
"""How often a batch is tried again before its failing fact becomes a dead letter."""
_PART = 400
"""Bound values of one IN list."""

_NAMING = ("organisation", *PARTIES)
"""Clear facts that name an organisation as having to do with the child."""

Pair = tuple[str, str]
"""(organisation, child_ref)."""


class Log(Protocol):
    """What the engine reads: the store's own feed, or another."""

    def feed(self, after: int, limit: int) -> list[Fact]: ...
    def history(self, subjects: Sequence[UUID], upto: int) -> list[Fact]: ...
    @property
    def position(self) -> int: ...


class FactFailed(Exception):
    """One fact of a batch could not be taken into the view."""

    def __init__(self, fact: Fact, cause: Exception) -> None:
        super().__init__(f"{fact.topic} at {fact.position}: {type(cause).__name__}")
        self.fact = fact
        self.cause = cause


class _ShownFailed(Exception):
    """What an organisation's view makes of one fact could not be made."""

    def __init__(self, child_ref: str, position: int, cause: Exception) -> None:
        super().__init__(f"{position}: {type(cause).__name__}")
        self.child_ref = child_ref
        self.position = position
        self.cause = cause


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A fact that a view could not take, or that is held behind one."""

    position: int
    ordering_key: str
    topic: str
    error: str


@dataclass
class _Batch:
    """The work of one transaction, in memory."""

    reach: dict[str, Reach] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    reopened: set[Pair] = field(default_factory=set)
    facts: list[Shown] = field(default_factory=list)
    dead: list[dict[str, object]] = field(default_factory=list)


class SeatView:
    """The view database of one seat's organisations."""

    def __init__(
        self,
        seat: Seat,
        engine: Engine,
        policy: Policy,
        *,
        take: Callable[[Fact], None] | None = None,
    ) -> None:
        """``engine`` is the view's from now on; its tables are made where they are missing.
        ``take`` is called with each fact before it is taken in: a test's way to make one fail."""
        self.seat = seat
        self.engine = engine
        with engine.execution_options(writing=True).begin() as connection:
            META.create_all(connection)
        self._policy = policy
        self._opened = Opened(policy, seat)
        self._standing = seat in policy.jurisdictions
        self._readable = frozenset(
            category.value
            for category in Category
            if self._standing and Word.READ in policy.words(seat, category)
        )
        self._take = take
        self._children: set[str] | None = None
        self._left: Progress | None = None
        """How this process left the view; it is different when another one was at it."""

    @property
    def position(self) -> int:
        """The position up to which this view has taken in everything."""
        return self.progress.whole

    @property
    def progress(self) -> Progress:
        """How far this view has come."""
        with self.engine.begin() as connection:
            return progress.read(connection)

    def catch_up(self, log: Log, upto: int | None = None) -> int:
        """Take in what the log holds beyond this view's position; gives how many facts."""
        taken = 0
        after = self.position
        while True:
            facts = log.feed(after, BATCH)
            if upto is not None:
                facts = [fact for fact in facts if fact.position <= upto]
            if not facts:
                return taken
            after = self.take_in(facts, log)
            taken += len(facts)

    def adopt(self, other: Progress) -> None:
        """Go on in partitions where another view of the same log has come to; this one has taken
        in at least as much."""
        with self._transaction() as connection:
            mine = progress.read(connection)
            known = {
                number: place
                for number, place in other.places.items()
                if place.position <= mine.whole
            }
            if known:
                progress.write(connection, mine, mine.at(other.parts, known))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction after whose failure nothing remembers what it would have written."""
        try:
            # Nobody else's batch beside it: two that lead by mistake take turns, and the second
            # finds where the first has left the view.
            with self.engine.execution_options(writing=True).begin() as connection:
                yield connection
        except BaseException:
            self._children = None
            raise

    def take_in(self, facts: Sequence[Fact], log: Log) -> int:
        """One batch of the log in its own order, in one transaction; what the view has taken in
        already is left out. Gives the position up to which it has everything."""
        last = facts[-1].position if facts else 0
        return self._batch(facts, log, lambda before: before.upto(last)).whole

    def take_in_part(
        self, facts: Sequence[Fact], log: Log, parts: int, places: Mapping[int, Place]
    ) -> Progress:
        """As :meth:`take_in`, for facts of partitions (of ``parts`` in all), each in its order,
        after which these ``places`` are reached."""
        return self._batch(facts, log, lambda before: before.at(parts, places))

    def _batch(
        self, facts: Sequence[Fact], log: Log, moved: Callable[[Progress], Progress]
    ) -> Progress:
        failed: dict[str, FactFailed] = {}
        attempts: dict[int, int] = {}
        while True:
            try:
                with self._transaction() as connection:
                    before = progress.read(connection)
                    if before != self._left:
                        self._children = None
                    after = moved(before)
                    fresh = [fact for fact in facts if not before.covers(fact)]
                    if fresh:
                        self._take_in(connection, fresh, log, after, failed)
                    progress.write(connection, before, after)
                self._left = after
            except FactFailed as failure:
                count = attempts.get(failure.fact.position, 0) + 1
                attempts[failure.fact.position] = count
                if count > RETRIES:
                    failed[failure.fact.ordering_key] = failure
                else:
                    time.sleep(0.01 * count)
                continue
            return after

    def _take_in(
        self,
        connection: Connection,
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
        failed: Mapping[str, FactFailed],
    ) -> None:
        batch = _Batch()
        held = _dead_keys(connection, {fact.ordering_key for fact in facts})
        relevant = self._relevant(connection, facts)
        self._load_reach(connection, batch, relevant)
        for fact in facts:
            failure = failed.get(fact.ordering_key)
            if fact.ordering_key in held or (
                failure is not None and failure.fact.position <= fact.position
            ):
                first = failure is not None and failure.fact.position == fact.position
                batch.dead.append(_dead(fact, failure if first else None))
                continue
            try:
                self._one(batch, fact, relevant)
            except Exception as error:
                raise FactFailed(fact, error) from error
        try:
            self._write(connection, batch, facts, log, after)
        except _ShownFailed as failure:
            culprit = _culprit(failure, facts, held | failed.keys())
            raise FactFailed(culprit, failure.cause) from failure

    def _relevant(self, connection: Connection, facts: Sequence[Fact]) -> set[str]:
        """Children this seat must follow. A seat without standing jurisdiction follows only
        children about whom it was given a task or said something itself."""
        children = {child for fact in facts if (child := concerned(fact))}
        if self._standing:
            return children
        if self._children is None:
            self._children = {row[0] for row in connection.execute(select(REACH.c.child_ref))}
        for fact in facts:
            if (child := concerned(fact)) and self._names(fact):
                self._children.add(child)
        return children & self._children

    def _names(self, fact: Fact) -> bool:
        """Whether a fact names an organisation of this seat."""
        prefix = self.seat.value + ":"
        return fact.producer.startswith(prefix) or any(
            str(fact.clear.get(name, "")).startswith(prefix) for name in _NAMING
        )

    def _load_reach(self, connection: Connection, batch: _Batch, children: set[str]) -> None:
        rows = statements(connection).reach.get(
            driver(connection), ((child,) for child in sorted(children))
        )
        for (child,), row in rows.items():
            del row["child_ref"]
            batch.reach[child] = Reach.parse(**row)
        batch.known = set(batch.reach)

    def _one(self, batch: _Batch, fact: Fact, relevant: set[str]) -> None:
        if self._take is not None:
            self._take(fact)
        child = concerned(fact)
        if child is None:
            self._childless(batch, fact)
            return
        if child not in relevant:
            return
        reach = batch.reach.get(child)
        # A seat with standing jurisdiction follows a child from its first fact on; any other
        # seat may meet it in the middle of its life, and then its past has to be looked up.
        without_past = reach is None and self._standing
        if reach is None:
            reach = batch.reach[child] = Reach()
            batch.changed.add(child)
        prefix = self.seat.value + ":"
        parties = {
            party
            for party in map(fact.clear.get, PARTIES)
            if party is not None and party.startswith(prefix)
        }
        before = {
            organisation: self._opened(reach, organisation)
            for organisation in reach.organisations(self._policy, self.seat) | parties
        }
        after = before
        if reach.apply(self.seat, fact, readable=self._readable):
            batch.changed.add(child)
            after = {
                organisation: self._opened(reach, organisation)
                for organisation in reach.organisations(self._policy, self.seat) | set(before)
            }
        for organisation, opened in after.items():
            if not without_past and opened != before.get(organisation, {}):
                batch.reopened.add((organisation, child))
            if (organisation, child) not in batch.reopened:
                shown = self._shown(organisation, opened, fact)
                if shown is not None:
                    batch.facts.append(shown)

    def _childless(self, batch: _Batch, fact: Fact) -> None:
        """A fact about no known child is its author's alone."""
        if not fact.producer.startswith(self.seat.value + ":"):
            return
        shown = self._shown(fact.producer, {}, fact)
        if shown is not None:
            batch.facts.append(shown)

    def _shown(self, organisation: str, opened: Mapping[Any, By], fact: Fact) -> Shown | None:
        by = visible(self._policy, self.seat, organisation, opened, fact)
        if by is None:
            return None
        header = fact.header
        return Shown(
            organisation=organisation,
            child_ref=concerned(fact) or "",
            position=fact.position,
            stream=str(fact.stream),
            version=fact.version,
            event_id=header[0],
            topic=fact.topic,
            stored_topic=fact.stored_topic,
            category=fact.category,
            by=by.value,
            subject=header[11],
            producer=header[1],
            author=header[3],
            legal_basis=header[4],
            occurred_at=header[5],
            recorded_at=header[6],
            rule_version=header[9],
            clear=shown_facts(by, fact),
            sealed=shown_fields(self._policy, by, organisation, opened, fact),
        )

    def _write(
        self,
        connection: Connection,
        batch: _Batch,
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
    ) -> None:
        fresh = [
            shown
            for shown in batch.facts
            if (shown.organisation, shown.child_ref) not in batch.reopened
        ]
        remade = self._remake(connection, batch, facts, log, after) if batch.reopened else []
        self._put(connection, batch, fresh, remade)
        if batch.dead:
            connection.execute(insert(DEAD_LETTERS), batch.dead)

    def _put(
        self,
        connection: Connection,
        batch: _Batch,
        fresh: Sequence[Shown],
        remade: Sequence[Shown],
    ) -> None:
        """Write facts, the rows derived from them, and the reach they lead to."""
        if fresh or remade:
            facts = [_columns(shown) for shown in (*fresh, *remade)]
            statements(connection).facts.add(driver(connection), facts)
        self._derive(connection, fresh, remade)
        names = ("child_ref", "responsible", "recorded", "authors", "tasks")
        rows = [
            dict(zip(names, (child, *batch.reach[child].dump()), strict=True))
            for child in batch.changed
        ]
        statements(connection).reach.put(driver(connection), rows)

    def _remake(
        self,
        connection: Connection,
        batch: _Batch,
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
    ) -> list[Shown]:
        """All rows of pairs whose reach changed, from the children's histories."""
        met_here = set(batch.reach) - batch.known if self._standing else set()
        old = sorted({child for _, child in batch.reopened} - met_here)
        new = {child for _, child in batch.reopened} & met_here
        _forget(connection, [pair for pair in batch.reopened if pair[1] not in met_here])
        dead = {int(str(row["position"])) for row in batch.dead}
        for part in _parts(old):
            dead |= {
                row[0]
                for row in connection.execute(
                    select(DEAD_LETTERS.c.position).where(DEAD_LETTERS.c.child_ref.in_(part))
                )
            }
        histories: dict[str, list[Fact]] = {}
        # A child that this view meets in this batch has its whole history in the batch.
        sources = [fact for fact in facts if concerned(fact) in new]
        if old:
            sources = [*_history(log, old, after), *sources]
        for fact in sources:
            if (child := concerned(fact)) and fact.position not in dead:
                histories.setdefault(child, []).append(fact)
        return [
            shown
            for pair in sorted(batch.reopened)
            for shown in self._history(pair[0], batch.reach[pair[1]], histories.get(pair[1], ()))
        ]

    def _history(self, organisation: str, reach: Reach, facts: Iterable[Fact]) -> list[Shown]:
        """What of a child's history an organisation's view holds under a reach."""
        opened = self._opened(reach, organisation)
        found = []
        for fact in facts:
            try:
                shown = self._shown(organisation, opened, fact)
            except Exception as error:
                raise _ShownFailed(concerned(fact) or "", fact.position, error) from error
            if shown is not None:
                found.append(shown)
        return found

    def retry(self, log: Log) -> int:
        """Try the dead letters again, child by child; gives how many facts went in.

        A child whose history still fails keeps its dead letters as they are.
        """
        taken = 0
        with self.engine.begin() as connection:
            rows = connection.execute(
                select(DEAD_LETTERS.c.child_ref, func.count()).group_by(DEAD_LETTERS.c.child_ref)
            ).all()
        for child, count in rows:
            try:
                with self._transaction() as connection:
                    if child:
                        self._renew(connection, child, log)
                    else:
                        self._renew_childless(connection, log)
                    connection.execute(
                        delete(DEAD_LETTERS).where(DEAD_LETTERS.c.child_ref == child)
                    )
                    # Whoever keeps this view looks again which children it follows.
                    before = progress.read(connection)
                    after = replace(before, turns=before.turns + 1)
                    progress.write(connection, before, after)
            except (FactFailed, _ShownFailed):
                continue
            taken += count
        # What came back may concern children that this view has not followed so far.
        self._children = None
        return taken

    def _renew(self, connection: Connection, child: str, log: Log) -> None:
        """Make everything about one child anew from its history."""
        history = _history(log, [child], progress.read(connection))
        reach = Reach()
        batch = _Batch(reach={child: reach}, changed={child})
        waiting = set(
            connection.execute(
                select(DEAD_LETTERS.c.position).where(DEAD_LETTERS.c.child_ref == child)
            ).scalars()
        )
        organisations: set[str] = set()
        prefix = self.seat.value + ":"
        for fact in history:
            try:
                if self._take is not None:
                    self._take(fact)
                if concerned(fact):
                    reach.apply(self.seat, fact, readable=self._readable)
                elif fact.position in waiting:
                    self._childless(batch, fact)
            except Exception as error:
                raise FactFailed(fact, error) from error
            organisations |= {
                party
                for party in map(fact.clear.get, PARTIES)
                if party is not None and party.startswith(prefix)
            }
        history = [fact for fact in history if concerned(fact)]
        if not self._standing and not any(self._names(fact) for fact in history):
            self._put(connection, _Batch(), batch.facts, [])
            return
        organisations |= reach.organisations(self._policy, self.seat)
        organisations |= {
            row[0]
            for row in connection.execute(
                select(FACTS.c.organisation).where(FACTS.c.child_ref == child).distinct()
            )
        }
        _forget(connection, [(organisation, child) for organisation in sorted(organisations)])
        remade = [
            shown
            for organisation in sorted(organisations)
            for shown in self._history(organisation, reach, history)
        ]
        self._put(connection, batch, batch.facts, remade)

    def _renew_childless(self, connection: Connection, log: Log) -> None:
        positions = connection.execute(
            select(DEAD_LETTERS.c.position).where(DEAD_LETTERS.c.child_ref == "")
        ).scalars()
        batch = _Batch()
        for position in positions:
            for fact in log.feed(position - 1, 1):
                try:
                    self._one(batch, fact, set())
                except Exception as error:
                    raise FactFailed(fact, error) from error
        self._put(connection, batch, batch.facts, [])

    def _derive(
        self, connection: Connection, fresh: Sequence[Shown], remade: Sequence[Shown]
    ) -> None:
        """Fold the rows that follow from facts: onto what is there, or from the beginning."""
        current: dict[str, dict[Pair, Row | None]] = {name: {} for name in DERIVED}
        children: dict[str, dict[Pair, str]] = {name: {} for name in DERIVED}
        work: list[tuple[str, Pair, Callable[[Row | None, Shown], Row], Shown]] = []
        for shown in fresh:
            for table, entity, fold in entities(shown):
                key = (shown.organisation, entity)
                current[table][key] = None
                work.append((table, key, fold, shown))
        for name, keys in current.items():
            if keys:
                keys.update(_stored(connection, name, list(keys)))
        for shown in remade:
            for table, entity, fold in entities(shown):
                key = (shown.organisation, entity)
                current[table].setdefault(key, None)
                work.append((table, key, fold, shown))
        for table, key, fold, shown in work:
            try:
                current[table][key] = fold(current[table][key], shown)
            except Exception as error:
                raise _ShownFailed(shown.child_ref, shown.position, error) from error
            children[table][key] = shown.child_ref
        for name, rows in current.items():
            values = [
                {
                    "organisation": key[0],
                    "id": key[1],
                    "child_ref": children[name][key],
                    **(row or {}),
                }
                for key, row in rows.items()
            ]
            if values:
                statements(connection).derived[name].put(driver(connection), values)

    def dead_letters(self) -> list[DeadLetter]:
        """What this view could not take in, oldest first."""
        with self.engine.begin() as connection:
            rows = connection.execute(select(DEAD_LETTERS).order_by(DEAD_LETTERS.c.position))
            return [DeadLetter(r.position, r.ordering_key, r.topic, r.error) for r in rows]

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        with self.engine.begin() as connection:
            return {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (FACTS, *DERIVED.values(), DEAD_LETTERS)
            }

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def _history(log: Log, children: Iterable[str], upto: Progress) -> list[Fact]:
    """What a view has taken in about children, in the log's order."""
    found = log.history([UUID(child) for child in children], upto.newest)
    return [fact for fact in found if upto.covers(fact)]


def _culprit(failure: _ShownFailed, facts: Sequence[Fact], held: Set[str]) -> Fact:
    """The fact of a batch to be held for a failure: the very one, or where an older one failed
    when the child's rows were made anew, the child's next whose key is not held already."""
    about = [
        fact
        for fact in facts
        if (concerned(fact) or "") == failure.child_ref and fact.ordering_key not in held
    ]
    if not about:
        raise failure
    return next((fact for fact in about if fact.position == failure.position), about[0])


_JSON_COLUMNS = ("clear", "sealed")
"""The last of the table's columns."""
_plain_columns = attrgetter(*(c.name for c in FACTS.columns if c.name not in _JSON_COLUMNS))


def _columns(shown: Shown) -> tuple[Any, ...]:
    """A row of the table of facts, its JSON columns last."""
    return (*_plain_columns(shown), as_json(shown.clear), as_json(shown.sealed))


def _dead(fact: Fact, failure: FactFailed | None) -> dict[str, object]:
    return {
        "position": fact.position,
        "ordering_key": fact.ordering_key,
        # A question about a child puts nobody into views, and waits with the child all the same.
        "child_ref": concerned(fact) or fact.child_ref or "",
        "topic": fact.topic,
        "error": type(failure.cause).__name__ if failure else "held",
    }


def _dead_keys(connection: Connection, keys: set[str]) -> set[str]:
    found: set[str] = set()
    if driver(connection).execute(ANY_DEAD).fetchone() is None:
        return found
    for part in _parts(sorted(keys)):
        found |= {
            row[0]
            for row in connection.execute(
                select(DEAD_LETTERS.c.ordering_key).where(DEAD_LETTERS.c.ordering_key.in_(part))
            )
        }
    return found


def _forget(connection: Connection, pairs: Sequence[Pair]) -> None:
    for rows in statements(connection).held:
        rows.forget(driver(connection), pairs)


def _stored(connection: Connection, name: str, keys: Sequence[Pair]) -> dict[Pair, Row | None]:
    found: dict[Pair, Row | None] = {}
    for key, row in statements(connection).derived[name].get(driver(connection), keys).items():
        for part in ("organisation", "id", "child_ref"):
            del row[part]
        found[key[0], key[1]] = row
    return found


def _parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), _PART):
        yield items[start : start + _PART]
