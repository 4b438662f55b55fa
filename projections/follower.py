"""The projection engine: facts in batches, and in one transaction with the position what becomes
of them, whether that is a view's rows or an agency's feed.

A crash repeats nothing and skips nothing, because the position moves with what was written. When
an organisation's reach for a child changes, what it has of that child is made anew from the
child's history: what opened appears whole, what closed goes. A fact that fails goes to the dead
letters with everything later of its ordering key held behind it; all others go on.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import local
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine

from domain.child_file import ChildErased
from domain.organisations import Seat
from hub.authorization.decide import NOTHING_OPEN, Openings
from hub.authorization.policy import Policy
from hub.eventstore.absence import FENCE
from hub.eventstore.codec import Fact
from hub.eventstore.partitions import Place
from projections.folds import Shown
from projections.progress import Progress
from projections.reach import SUSPICION_TOPICS, Opened, Reach, readable
from projections.showing import Showing
from projections.visible import addressed, concerned

BATCH = 500
"""Facts of one transaction."""
RETRIES = 2
"""How often a batch is tried again before its failing fact becomes a dead letter."""
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


class ShownFailed(Exception):
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


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead letter as it is kept. ``error`` is the failure's class, or ``held``; never a message,
    which could carry a value."""

    position: int
    ordering_key: str
    child_ref: str
    topic: str
    error: str


class Memory(Protocol):
    """What a follower knows from one batch to the next. Every call is within a batch's
    transaction."""

    def progress(self, within: Connection) -> Progress:
        """How far it has come."""

    def keep_progress(self, within: Connection, before: Progress, after: Progress) -> None:
        """Keep how far it has come now."""

    def children(self, within: Connection) -> set[str]:
        """The children that it has met."""

    def reach(self, within: Connection, children: Set[str]) -> dict[str, Reach]:
        """How far organisations reach for children, those that it has met."""

    def keep_reach(self, within: Connection, changed: Mapping[str, Reach]) -> None:
        """Keep what has changed of it."""

    def dead_keys(self, within: Connection, keys: Set[str]) -> set[str]:
        """Those of some ordering keys that have a dead letter."""

    def dead_of(self, within: Connection, children: Sequence[str]) -> set[int]:
        """The positions of the dead letters of children ("": of nobody known)."""

    def bury(self, within: Connection, letters: Sequence[Dead]) -> None:
        """Keep dead letters."""

    def exhume(self, within: Connection, child: str) -> None:
        """Strike out the dead letters of a child."""

    def letters(self, within: Connection) -> list[Dead]:
        """The dead letters, oldest first."""


class Sink(Protocol):
    """Where what organisations may see goes. Every call is within a batch's transaction."""

    def put(
        self,
        within: Connection,
        gone: Sequence[Pair],
        fresh: Sequence[Shown],
        remade: Sequence[Shown],
    ) -> None:
        """Take away all there is of some pairs; add facts; add, for the pairs of which all was
        taken away, what there is now. Raises :class:`ShownFailed`."""

    def holders(self, within: Connection, child: str) -> set[str]:
        """The organisations that have something of a child."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What every seat would ask of a batch's facts in turn."""

    facts: Sequence[Fact]
    children: Set[str]
    named: Mapping[str, Set[str]]
    """By seat, the children with a fact that names an organisation of it."""


_NOBODY: Set[str] = frozenset()
_read = local()


def _page(facts: Sequence[Fact]) -> _Page:
    """The page of a batch; the last one is remembered, for views take a batch in turn."""
    known: _Page | None = getattr(_read, "page", None)
    if known is not None and known.facts is facts:
        return known
    children: set[str] = set()
    named: dict[str, set[str]] = {}
    for fact in facts:
        child = concerned(fact)
        if not child:
            continue
        children.add(child)
        for each in (fact.producer, str(fact.clear.get("organisation", "")), *addressed(fact)):
            seat, said, _ = each.partition(":")
            if said:
                named.setdefault(seat, set()).add(child)
    _read.page = _Page(facts, children, named)
    return _read.page  # type: ignore[no-any-return]


@dataclass
class _Batch:
    """The work of one transaction, in memory."""

    reach: dict[str, Reach] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    reopened: set[Pair] = field(default_factory=set)
    facts: list[Shown] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    opened: dict[str, dict[str, Openings]] = field(default_factory=dict)
    """What is open of a child to each organisation that may have something of it, as long as
    nobody's reach changes."""
    erased: set[str] = field(default_factory=set)
    """Children that were erased in this batch: whoever holds anything of them has to let go."""


class Follower:
    """Follows the log for one seat's organisations."""

    def __init__(
        self,
        seat: Seat,
        engine: Engine,
        policy: Policy,
        memory: Memory,
        sink: Sink,
        *,
        take: Callable[[Fact], None] | None = None,
    ) -> None:
        """``engine`` is the follower's from now on. ``take`` is called with each fact before it
        is taken in: a test's way to make one fail."""
        self.seat = seat
        self.engine = engine
        self._memory = memory
        self._sink = sink
        self._policy = policy
        self._opened = Opened(policy, seat)
        self._showing = Showing(policy, seat)
        self._standing = seat in policy.jurisdictions
        self._readable = readable(policy, seat)
        self._take = take
        self._children: set[str] | None = None
        self._left: Progress | None = None
        """How this process left it; it is different when another one was at it."""

    @property
    def position(self) -> int:
        """The position up to which this view has taken in everything."""
        return self.progress.whole

    @property
    def progress(self) -> Progress:
        """How far this view has come."""
        with self.engine.begin() as connection:
            return self._memory.progress(connection)

    def _begin(self, connection: Connection) -> None:
        """Called at the beginning of each transaction."""

    def _wanted(self, organisation: str, child: str | None) -> bool:
        """Whether what an organisation may see of a child is of any interest."""
        return True

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
            mine = self._memory.progress(connection)
            known = {
                number: place
                for number, place in other.places.items()
                if place.position <= mine.whole
            }
            if known:
                self._memory.keep_progress(connection, mine, mine.at(other.parts, known))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction after whose failure nothing remembers what it would have written."""
        try:
            # Nobody else's batch beside it: two that lead by mistake take turns, and the second
            # finds where the first has left the view.
            with self.engine.execution_options(writing=True).begin() as connection:
                self._begin(connection)
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
                    before = self._memory.progress(connection)
                    if before != self._left:
                        self._children = None
                    after = moved(before)
                    fresh: Sequence[Fact] = [f for f in facts if not before.covers(f)]
                    if len(fresh) == len(facts):
                        # The very page that the other views take in turn.
                        fresh = facts
                    if fresh:
                        self._take_in(connection, fresh, log, after, failed)
                    self._memory.keep_progress(connection, before, after)
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
        held = self._memory.dead_keys(connection, {fact.ordering_key for fact in facts})
        relevant = self._relevant(connection, facts)
        self._load_reach(connection, batch, relevant)
        self._met(connection, batch, relevant, facts, log, after)
        sealed: set[str] = set()
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
            if fact.topic == FENCE and (child := concerned(fact)) in relevant:
                sealed.add(child)
        self._without_sealed(connection, batch, sealed, log, after)
        try:
            self._write(connection, batch, facts, log, after)
        except ShownFailed as failure:
            culprit = _culprit(failure, facts, held | failed.keys())
            raise FactFailed(culprit, failure.cause) from failure

    def _relevant(self, connection: Connection, facts: Sequence[Fact]) -> set[str]:
        """Children this seat must follow. A seat without standing jurisdiction follows only
        children about whom it was given a task or said something itself."""
        page = _page(facts)
        if self._standing:
            return set(page.children)
        if self._children is None:
            self._children = self._memory.children(connection)
        self._children |= page.named.get(self.seat.value, _NOBODY)
        return self._children & page.children

    def _load_reach(self, connection: Connection, batch: _Batch, children: set[str]) -> None:
        batch.reach = self._memory.reach(connection, children)
        batch.known = set(batch.reach)

    def _met(
        self,
        connection: Connection,
        batch: _Batch,
        relevant: set[str],
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
    ) -> None:
        """A seat without standing jurisdiction may meet a child only after it was erased, or after
        it was said who is told nothing, in a batch that it did not follow the child in."""
        met = sorted(relevant - batch.known)
        if self._standing or not met:
            return
        passed_over = {fact.position for fact in facts}
        passed_over |= self._memory.dead_of(connection, met)
        for fact in _history(log, met, after):
            child = concerned(fact)
            if child not in relevant or fact.position in passed_over:
                continue
            if fact.topic != ChildErased.TOPIC and fact.topic not in SUSPICION_TOPICS:
                continue
            reach = batch.reach.setdefault(child, Reach())
            if fact.topic == ChildErased.TOPIC:
                reach.erased = True
            elif not reach.erased:
                reach.suspect(self.seat, fact)
            batch.changed.add(child)

    def _without_sealed(
        self, connection: Connection, batch: _Batch, children: Set[str], log: Log, after: Progress
    ) -> None:
        """Of whom a record was sealed (封存) in this batch: everything anew, as if it had never
        been; also how far anybody reaches, for it may have been why somebody does."""
        dead = self._memory.dead_of(connection, sorted(children))
        dead |= {letter.position for letter in batch.dead}
        for child in sorted(children):
            met = batch.reach.get(child, Reach())
            holders = set(self._organisations(met, child, set()))
            reach = batch.reach[child] = Reach()
            for fact in _history(log, [child], after):
                if fact.position not in dead and concerned(fact):
                    reach.apply(self.seat, fact, readable=self._readable)
            holders |= self._sink.holders(connection, child)
            holders |= {shown.organisation for shown in batch.facts if shown.child_ref == child}
            holders |= set(self._organisations(reach, child, holders))
            batch.reopened |= {(each, child) for each in holders if self._wanted(each, child)}
            batch.changed.add(child)
            batch.known.add(child)

    def _one(self, batch: _Batch, fact: Fact, relevant: set[str]) -> None:
        if self._take is not None:
            self._take(fact)
        child = concerned(fact)
        if child is None:
            self._childless(batch, fact)
            return
        if child not in relevant or fact.topic == FENCE:
            return
        reach = batch.reach.get(child)
        # A seat with standing jurisdiction follows a child from its first fact on; any other
        # seat may meet it in the middle of its life, and then its past has to be looked up.
        without_past = reach is None and self._standing
        if reach is None:
            reach = batch.reach[child] = Reach()
            batch.changed.add(child)
        parties = self._parties(fact)
        if fact.topic in SUSPICION_TOPICS:
            # Whoever is told nothing from here on, or was until now, whatever it held by.
            named = fact.clear.get("conflicted_organisations", [])
            named = [*named, *fact.clear.get("conflicted_by_file", ())]
            prefix = self.seat.value + ":"
            parties |= {each for each in named if each.startswith(prefix)} | reach.conflicted
        before = self._open_to(batch, reach, child, parties)
        after = before
        if reach.erased:
            return
        if reach.apply(self.seat, fact, readable=self._readable):
            batch.changed.add(child)
            del batch.opened[child]
            if reach.erased:
                batch.erased.add(child)
                batch.reopened |= {(organisation, child) for organisation in before}
                return
            after = self._open_to(batch, reach, child, before.keys())
        for organisation, opened in after.items():
            pair = organisation, child
            had = before.get(organisation, NOTHING_OPEN)
            if not without_past and opened is not had and opened != had:
                batch.reopened.add(pair)
            if pair not in batch.reopened:
                shown = self._shown(organisation, opened, fact)
                if shown is not None:
                    batch.facts.append(shown)

    def _parties(self, fact: Fact) -> set[str]:
        """Organisations of this seat that a fact concerns."""
        prefix = self.seat.value + ":"
        return {party for party in addressed(fact) if party.startswith(prefix)}

    def _open_to(
        self, batch: _Batch, reach: Reach, child: str, more: Set[str]
    ) -> Mapping[str, Openings]:
        """What is open of a child to organisations that may have something of it, and to more."""
        known = batch.opened.get(child)
        if known is None:
            known = batch.opened[child] = {
                each: self._opened(reach, each) for each in self._organisations(reach, child, ())
            }
        if more <= known.keys():
            return known
        others = [each for each in more if each not in known and self._wanted(each, child)]
        return {**known, **{each: self._opened(reach, each) for each in others}}

    def _organisations(self, reach: Reach, child: str, more: Iterable[str]) -> list[str]:
        """Organisations that may have something of a child, and some more."""
        return [
            organisation
            for organisation in reach.organisations(self._policy, self.seat).union(more)
            if self._wanted(organisation, child)
        ]

    def _childless(self, batch: _Batch, fact: Fact) -> None:
        """A fact about no known child is its author's alone."""
        if not fact.producer.startswith(self.seat.value + ":"):
            return
        if not self._wanted(fact.producer, None):
            return
        shown = self._shown(fact.producer, NOTHING_OPEN, fact)
        if shown is not None:
            batch.facts.append(shown)

    def _shown(self, organisation: str, opened: Openings, fact: Fact) -> Shown | None:
        return self._showing.of(organisation, opened, fact)

    def _write(
        self,
        connection: Connection,
        batch: _Batch,
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
    ) -> None:
        for child in batch.erased:
            holders = self._sink.holders(connection, child)
            holders |= {shown.organisation for shown in batch.facts if shown.child_ref == child}
            batch.reopened |= {(each, child) for each in holders if self._wanted(each, child)}
        fresh = [
            shown
            for shown in batch.facts
            if (shown.organisation, shown.child_ref) not in batch.reopened
        ]
        gone, remade = self._remake(connection, batch, facts, log, after)
        self._put(connection, batch, gone, fresh, remade)
        self._memory.bury(connection, batch.dead)

    def _put(
        self,
        connection: Connection,
        batch: _Batch,
        gone: Sequence[Pair],
        fresh: Sequence[Shown],
        remade: Sequence[Shown],
    ) -> None:
        """Write what is to be shown, and the reach that it follows from."""
        self._sink.put(connection, gone, fresh, remade)
        self._memory.keep_reach(connection, {child: batch.reach[child] for child in batch.changed})

    def _remake(
        self,
        connection: Connection,
        batch: _Batch,
        facts: Sequence[Fact],
        log: Log,
        after: Progress,
    ) -> tuple[list[Pair], list[Shown]]:
        """Pairs whose reach changed: of which all there was has to go, and all there is now, from
        the children's histories."""
        if not batch.reopened:
            return [], []
        met_here = set(batch.reach) - batch.known if self._standing else set()
        old = sorted({child for _, child in batch.reopened} - met_here)
        new = {child for _, child in batch.reopened} & met_here
        gone = sorted(pair for pair in batch.reopened if pair[1] not in met_here)
        dead = {letter.position for letter in batch.dead}
        dead |= self._memory.dead_of(connection, old)
        histories: dict[str, list[Fact]] = {}
        # A child that this view meets in this batch has its whole history in the batch.
        sources = [fact for fact in facts if concerned(fact) in new]
        if old:
            sources = [*_history(log, old, after), *sources]
        for fact in sources:
            if (child := concerned(fact)) and fact.position not in dead:
                histories.setdefault(child, []).append(fact)
        return gone, [
            shown
            for pair in sorted(batch.reopened)
            for shown in self._history(pair[0], batch.reach[pair[1]], histories.get(pair[1], ()))
        ]

    def _history(self, organisation: str, reach: Reach, facts: Iterable[Fact]) -> list[Shown]:
        """What of a child's history an organisation's view holds under a reach. Of an erased child
        that it was erased, if there was anything to erase."""
        opened = self._opened.before_erasure(reach, organisation)
        found: list[Shown] = []
        for fact in facts:
            if fact.topic == ChildErased.TOPIC:
                return [self._showing.erased(organisation, fact)] if found else []
            try:
                shown = self._shown(organisation, opened, fact)
            except Exception as error:
                raise ShownFailed(concerned(fact) or "", fact.position, error) from error
            if shown is not None:
                found.append(shown)
        return found

    def retry(self, log: Log) -> int:
        """Try the dead letters again, child by child; gives how many facts went in.

        A child whose history still fails keeps its dead letters as they are.
        """
        taken = 0
        with self.engine.begin() as connection:
            letters = self._memory.letters(connection)
        rows = Counter(letter.child_ref for letter in letters)
        for child, count in sorted(rows.items()):
            try:
                with self._transaction() as connection:
                    if child:
                        self._renew(connection, child, log)
                    else:
                        self._renew_childless(connection, log)
                    self._memory.exhume(connection, child)
                    # Whoever keeps this view looks again which children it follows.
                    before = self._memory.progress(connection)
                    after = replace(before, turns=before.turns + 1)
                    self._memory.keep_progress(connection, before, after)
            except (FactFailed, ShownFailed):
                continue
            taken += count
        # What came back may concern children that this view has not followed so far.
        self._children = None
        return taken

    def _renew(self, connection: Connection, child: str, log: Log) -> None:
        """Make everything about one child anew from its history."""
        history = _history(log, [child], self._memory.progress(connection))
        reach = Reach()
        batch = _Batch(reach={child: reach}, changed={child})
        waiting = self._memory.dead_of(connection, [child])
        organisations: set[str] = set()
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
            organisations |= self._parties(fact)
        history = [fact for fact in history if concerned(fact)]
        if not self._standing and self.seat.value not in _page(history).named:
            self._put(connection, _Batch(), [], batch.facts, [])
            return
        organisations |= reach.organisations(self._policy, self.seat)
        organisations |= self._sink.holders(connection, child)
        wanted = sorted(each for each in organisations if self._wanted(each, child))
        remade = [
            shown
            for organisation in wanted
            for shown in self._history(organisation, reach, history)
        ]
        gone = [(organisation, child) for organisation in wanted]
        self._put(connection, batch, gone, batch.facts, remade)

    def _renew_childless(self, connection: Connection, log: Log) -> None:
        batch = _Batch()
        for position in sorted(self._memory.dead_of(connection, [""])):
            for fact in log.feed(position - 1, 1):
                try:
                    self._one(batch, fact, set())
                except Exception as error:
                    raise FactFailed(fact, error) from error
        self._put(connection, batch, [], batch.facts, [])

    def dead_letters(self) -> list[DeadLetter]:
        """What this view could not take in, oldest first."""
        with self.engine.begin() as connection:
            return [
                DeadLetter(each.position, each.ordering_key, each.topic, each.error)
                for each in self._memory.letters(connection)
            ]

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()


def _history(log: Log, children: Iterable[str], upto: Progress) -> list[Fact]:
    """What a view has taken in about children, in the log's order."""
    found = log.history([UUID(child) for child in children], upto.newest)
    return [fact for fact in found if upto.covers(fact)]


def _culprit(failure: ShownFailed, facts: Sequence[Fact], held: Set[str]) -> Fact:
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


def _dead(fact: Fact, failure: FactFailed | None) -> Dead:
    return Dead(
        position=fact.position,
        ordering_key=fact.ordering_key,
        # A question about a child puts nobody into views, and waits with the child all the same.
        child_ref=concerned(fact) or fact.child_ref or "",
        topic=fact.topic,
        error=type(failure.cause).__name__ if failure else "held",
    )
