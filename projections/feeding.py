"""What goes out to agencies that run a worker of their own, as the hub's own views hold it.

The engine is the views': what an organisation may see is decided once. Where a view writes rows,
a feed writes entries of the outbox, in one transaction with its own position: a crash repeats none
and skips none. Nothing here is ever made anew because a view is.

A registration begins with the organisation's present history. It is sent in portions, while the
log goes on: first the facts about nobody known that are its own (``scanned`` says up to which
position), then the children in order of their pseudonyms (``upto`` says up to which). What happens
meanwhile to a child that has been sent goes out as it happens; the others wait for their turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import asdict
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from domain.organisations import Seat, seat_of
from hub.authorization.decide import NOTHING_OPEN
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact
from hub.feeds.outbox import Entry, Kind, append, closing
from hub.feeds.registry import restart
from hub.feeds.tables import AGENCIES, DEAD_LETTERS, FEEDS, HELD, OUTBOX, PROGRESS, REACH
from hub.storage.sql import put
from projections.folds import Shown
from projections.follower import BATCH, Dead, DeadLetter, Follower, Log, Pair
from projections.memory import COLUMNS, parts
from projections.progress import Progress
from projections.reach import Reach
from projections.runner import SharedFeed
from projections.tables import VIEW_VERSION
from projections.visible import concerned

PORTION = 50
"""Children of one transaction while a registration's history is sent."""

_EVERYBODY = "~"
"""Greater than every pseudonym: the whole history has been sent."""


class OtherRules(Exception):
    """Another process, of another version or with other policies, has begun the feeds anew."""


class FeedMemory:
    """What a seat's feeds know from one batch to the next: see
    :class:`projections.follower.Memory`."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat.value

    def progress(self, within: Connection) -> Progress:
        """As :meth:`projections.follower.Memory.progress`."""
        row = within.execute(select(PROGRESS).where(PROGRESS.c.seat == self._seat)).first()
        return Progress() if row is None else Progress(row.position, turns=row.turns)

    def keep_progress(self, within: Connection, before: Progress, after: Progress) -> None:
        """As :meth:`projections.follower.Memory.keep_progress`."""
        within.execute(
            update(PROGRESS)
            .where(PROGRESS.c.seat == self._seat)
            .values(position=after.whole, turns=after.turns)
        )

    def children(self, within: Connection) -> set[str]:
        """As :meth:`projections.follower.Memory.children`."""
        found = select(REACH.c.child_ref).where(REACH.c.seat == self._seat)
        return set(within.execute(found).scalars())

    def reach(self, within: Connection, children: Set[str]) -> dict[str, Reach]:
        """As :meth:`projections.follower.Memory.reach`."""
        found = {}
        for part in parts(sorted(children)):
            rows = within.execute(
                select(REACH).where(REACH.c.seat == self._seat, REACH.c.child_ref.in_(part))
            )
            for row in rows:
                found[row.child_ref] = Reach.parse(
                    row.responsible,
                    row.recorded,
                    row.authors,
                    row.tasks,
                    row.erased,
                    row.suspicions,
                )
        return found

    def keep_reach(self, within: Connection, changed: Mapping[str, Reach]) -> None:
        """As :meth:`projections.follower.Memory.keep_reach`."""
        if changed:
            rows = [
                dict(zip(("seat", *COLUMNS), (self._seat, child, *reach.dump()), strict=True))
                for child, reach in changed.items()
            ]
            put(within, REACH, rows)

    def dead_keys(self, within: Connection, keys: Set[str]) -> set[str]:
        """As :meth:`projections.follower.Memory.dead_keys`."""
        mine = select(DEAD_LETTERS.c.ordering_key).where(DEAD_LETTERS.c.seat == self._seat)
        return set(within.execute(mine.distinct()).scalars()) & set(keys)

    def dead_of(self, within: Connection, children: Sequence[str]) -> set[int]:
        """As :meth:`projections.follower.Memory.dead_of`."""
        wanted = set(children)
        return {each.position for each in self.letters(within) if each.child_ref in wanted}

    def bury(self, within: Connection, letters: Sequence[Dead]) -> None:
        """As :meth:`projections.follower.Memory.bury`."""
        if letters:
            rows = [{"seat": self._seat, **asdict(letter)} for letter in letters]
            within.execute(insert(DEAD_LETTERS), rows)

    def exhume(self, within: Connection, child: str) -> None:
        """As :meth:`projections.follower.Memory.exhume`."""
        within.execute(
            delete(DEAD_LETTERS).where(
                DEAD_LETTERS.c.seat == self._seat, DEAD_LETTERS.c.child_ref == child
            )
        )

    def letters(self, within: Connection) -> list[Dead]:
        """As :meth:`projections.follower.Memory.letters`."""
        rows = within.execute(
            select(DEAD_LETTERS)
            .where(DEAD_LETTERS.c.seat == self._seat)
            .order_by(DEAD_LETTERS.c.position)
        )
        return [
            Dead(row.position, row.ordering_key, row.child_ref, row.topic, row.error)
            for row in rows
        ]


class FeedEntries:
    """The sink of feeds: entries of the outbox. See :class:`projections.follower.Sink`."""

    def put(
        self,
        within: Connection,
        gone: Sequence[Pair],
        fresh: Sequence[Shown],
        remade: Sequence[Shown],
    ) -> None:
        """As :meth:`projections.follower.Sink.put`. A child's closing stands right before what
        there is of it now."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        anew: dict[Pair, list[Shown]] = defaultdict(list)
        for shown in fresh:
            entries[shown.organisation].append(fact_entry(shown))
        for shown in remade:
            anew[shown.organisation, shown.child_ref].append(shown)
        now = {(each.organisation, each.child_ref) for each in (*fresh, *remade) if each.child_ref}
        held = self._held(within, {*gone, *now})
        closed = held & set(gone)
        newest = max((each.recorded_at for each in (*fresh, *remade)), default="")
        for organisation, child in sorted({*closed, *anew}):
            if (organisation, child) in closed:
                at = max((each.recorded_at for each in anew[organisation, child]), default=newest)
                entries[organisation].append(closing(organisation, child, at))
            entries[organisation] += map(fact_entry, anew[organisation, child])
        for organisation, found in sorted(entries.items()):
            append(within, organisation, found)
        _forget(within, closed - now)
        if now - held:
            within.execute(
                insert(HELD),
                [{"organisation": pair[0], "child_ref": pair[1]} for pair in sorted(now - held)],
            )

    def holders(self, within: Connection, child: str) -> set[str]:
        """As :meth:`projections.follower.Sink.holders`."""
        found = select(HELD.c.organisation).where(HELD.c.child_ref == child)
        return set(within.execute(found).scalars())

    def _held(self, within: Connection, pairs: Set[Pair]) -> set[Pair]:
        by_organisation: dict[str, list[str]] = defaultdict(list)
        for organisation, child in pairs:
            by_organisation[organisation].append(child)
        found: set[Pair] = set()
        for organisation, children in by_organisation.items():
            for part in parts(sorted(children)):
                rows = within.execute(
                    select(HELD.c.child_ref).where(
                        HELD.c.organisation == organisation, HELD.c.child_ref.in_(part)
                    )
                )
                found |= {(organisation, child) for child in rows.scalars()}
        return found


def _forget(within: Connection, pairs: Set[Pair]) -> None:
    for organisation, child in sorted(pairs):
        within.execute(
            delete(HELD).where(HELD.c.organisation == organisation, HELD.c.child_ref == child)
        )


def fact_entry(shown: Shown) -> Entry:
    """A fact as an organisation's view holds it, its sealed fields as they lie in the store."""
    return Entry(Kind.FACT, shown.child_ref, shown.recorded_at, to_json(asdict(shown)))


class FeedFollowing(Follower):
    """Follows the log for the feeds of one seat's registered organisations."""

    def __init__(
        self,
        seat: Seat,
        engine: Engine,
        policy: Policy,
        *,
        take: Callable[[Fact], None] | None = None,
    ) -> None:
        """``engine`` is the area's of feeds. ``take`` as in :class:`Follower`."""
        super().__init__(seat, engine, policy, FeedMemory(seat), FeedEntries(), take=take)
        # What a view holds follows from these; where they change, it is sent anew.
        self._made_by = f"{policy.version}/{VIEW_VERSION}"
        self._upto: dict[str, str | None] = {}

    def step(self, log: Log, between: Callable[[], None] = lambda: None) -> int:
        """Bring the feeds to the end of the log, and the next registrations in; gives how many
        facts were taken in and how many portions of history were sent. ``between`` is called
        where the work may be broken off."""
        self.prepare()
        done = self.catch_up(log)
        while (waiting := self.waiting()) is not None:
            between()
            self.portion(waiting, log)
            done += 1
        return done

    def prepare(self) -> None:
        """Begin where nothing has begun, and begin again where the rules are others by now."""
        with self.engine.execution_options(writing=True).begin() as connection:
            made_by = self._rules(connection)
            if made_by is None:
                connection.execute(
                    insert(PROGRESS).values(
                        seat=self.seat.value, position=0, turns=0, made_by=self._made_by
                    )
                )
            elif made_by != self._made_by:
                self._send_anew(connection)

    def _rules(self, connection: Connection) -> str | None:
        return connection.execute(
            select(PROGRESS.c.made_by).where(PROGRESS.c.seat == self.seat.value)
        ).scalar()

    def _begin(self, connection: Connection) -> None:
        """Which feeds there are is read in each transaction: one that was ended gets nothing
        behind its closing."""
        if self._rules(connection) != self._made_by:
            raise OtherRules
        self._upto = dict(self._feeds(connection))

    def _feeds(self, connection: Connection) -> list[tuple[str, str | None]]:
        rows = connection.execute(
            select(FEEDS.c.organisation, FEEDS.c.upto)
            .join(AGENCIES, AGENCIES.c.organisation == FEEDS.c.organisation)
            .where(
                AGENCIES.c.ended.is_(None),
                AGENCIES.c.organisation.like(f"{self.seat.value}:%"),
            )
        )
        # In LIKE an underscore is any character, and a seat's name may have one.
        return [
            (row.organisation, row.upto) for row in rows if seat_of(row.organisation) is self.seat
        ]

    def _send_anew(self, connection: Connection) -> None:
        """Other rules than those by which everything went out: all feeds begin again."""
        seat = self.seat.value
        connection.execute(delete(REACH).where(REACH.c.seat == seat))
        connection.execute(delete(DEAD_LETTERS).where(DEAD_LETTERS.c.seat == seat))
        connection.execute(
            update(PROGRESS)
            .where(PROGRESS.c.seat == seat)
            .values(position=0, made_by=self._made_by)
        )
        self._children = None
        for organisation, _ in self._feeds(connection):
            newest = connection.execute(
                select(func.max(OUTBOX.c.at)).where(OUTBOX.c.organisation == organisation)
            ).scalar()
            if newest is not None:
                append(connection, organisation, [closing(organisation, None, newest)])
            restart(connection, organisation)

    def _wanted(self, organisation: str, child: str | None) -> bool:
        upto = self._upto.get(organisation)
        return upto is not None and (child or "") <= upto

    def waiting(self) -> str | None:
        """A feed whose history has not been sent whole."""
        with self.engine.begin() as connection:
            return next((o for o, upto in self._feeds(connection) if upto != _EVERYBODY), None)

    def portion(self, organisation: str, log: Log) -> None:
        """Send the next portion of a registration's history."""
        with self._transaction() as connection:
            upto = self._upto.get(organisation, _EVERYBODY)
            progress = self._memory.progress(connection)
            if upto is None:
                self._scan(connection, organisation, log, progress)
            elif upto != _EVERYBODY:
                self._send_children(connection, organisation, upto, log, progress)

    def _scan(
        self, connection: Connection, organisation: str, log: Log, progress: Progress
    ) -> None:
        """The organisation's own facts about nobody known."""
        scanned = connection.execute(
            select(FEEDS.c.scanned).where(FEEDS.c.organisation == organisation)
        ).scalar_one()
        page = [f for f in log.feed(scanned, BATCH) if f.position <= progress.whole]
        dead = self._memory.dead_of(connection, [""])
        found = [
            shown
            for fact in page
            if concerned(fact) is None
            and fact.producer == organisation
            and fact.position not in dead
            and (shown := self._shown(organisation, NOTHING_OPEN, fact)) is not None
        ]
        self._sink.put(connection, [], found, [])
        row = update(FEEDS).where(FEEDS.c.organisation == organisation)
        if page:
            connection.execute(row.values(scanned=page[-1].position))
        else:
            connection.execute(row.values(upto=""))

    def _send_children(
        self, connection: Connection, organisation: str, upto: str, log: Log, progress: Progress
    ) -> None:
        """The next children's histories, as far as the organisation may see them now."""
        children = list(
            connection.execute(
                select(REACH.c.child_ref)
                .where(REACH.c.seat == self.seat.value, REACH.c.child_ref > upto)
                .order_by(REACH.c.child_ref)
                .limit(PORTION)
            ).scalars()
        )
        reaches = self._memory.reach(connection, set(children))
        dead = self._memory.dead_of(connection, children)
        histories: dict[str, list[Fact]] = defaultdict(list)
        for fact in log.history([UUID(child) for child in children], progress.newest):
            if (child := concerned(fact)) and progress.covers(fact) and fact.position not in dead:
                histories[child].append(fact)
        shown = [
            each
            for child in children
            for each in self._history(organisation, reaches[child], histories[child])
        ]
        self._sink.put(connection, [], [], shown)
        connection.execute(
            update(FEEDS)
            .where(FEEDS.c.organisation == organisation)
            .values(upto=children[-1] if len(children) == PORTION else _EVERYBODY)
        )


class Feeder:
    """Keeps the feeds of all registered organisations up to date."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        log: Log,
        organisations: Callable[[], Iterable[str]],
    ) -> None:
        """``engine`` is the area's of feeds; it is the feeder's from now on. ``organisations``
        gives those that are registered."""
        self.engine = engine
        self._policy = policy
        self._log = log
        self._organisations = organisations
        self._following: dict[Seat, FeedFollowing] = {}

    def step(self, between: Callable[[], None] = lambda: None) -> int:
        """Bring every feed up to date; gives how much was done. ``between`` is called where the
        work may be broken off."""
        log, done = SharedFeed(self._log), 0
        for seat in self.seats():
            between()
            done += self.following(seat).step(log, between)
        return done

    def dead_letters(self) -> dict[Seat, list[DeadLetter]]:
        """What could not be put out, by seat."""
        return {seat: self.following(seat).dead_letters() for seat in self.seats()}

    def retry(self) -> int:
        """Try again what could not be put out; gives how many facts went in."""
        return sum(self.following(seat).retry(self._log) for seat in self.seats())

    def seats(self) -> list[Seat]:
        """The seats that have a registered organisation."""
        present = {seat_of(each) for each in self._organisations()}
        return [seat for seat in Seat if seat in present]

    def following(self, seat: Seat) -> FeedFollowing:
        """The follower of a seat's feeds."""
        found = self._following.get(seat)
        if found is None:
            found = self._following[seat] = FeedFollowing(seat, self.engine, self._policy)
        return found

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()
