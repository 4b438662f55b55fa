"""Follows the log for what is not a view: reactions, and the clock's due deadlines.

Its small table of running clocks is indexed by due instant and can be made anew from the log; its
position moves with it. What it finds due it asks the write side to decide, as the stream says.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select

from domain.calendar import shanghai_date
from domain.deadline import DeadlineRecomputed, DeadlineSet, RecomputeDeadline
from domain.duty_plan import DUTY_PLAN
from domain.kernel import Erased
from domain.registry import STREAM_BY_NAME, STREAMS
from hub import households, logs, periodic_duties, visits_owed
from hub.application import SYSTEM, Hub, RefusedReaction
from hub.eventstore.codec import Fact
from hub.failures import of_what_it_stands_on
from hub.reaction_tables import AREA as AREA
from hub.reaction_tables import POSITIONS, REFUSED, RUNNING
from hub.storage.sql import Storage, put

_STARTS = {
    event.TOPIC: fields for each in STREAMS if each.due for event, fields in each.due.starts.items()
}
_OVER = frozenset(event.TOPIC for each in STREAMS if each.due for event in each.due.over)
_WATCHED = _STARTS.keys() | _OVER | visits_owed.TOPICS
_REACTIONS = "reactions"
_CLOCKS = "clocks, visits with their town, villages' tasks, and what was missed before ladders"
"""Under another name than before there were visits, before an old miss started a clock, and before
the town and the tasks of villages were kept, so that what is owed is read from the log's
beginning once."""
_FAMILIES = "suspected guardians, from before families were followed"
_FAMILIES_DONE = "suspected guardians, all of those"
"""Reactions go on from where they were: what a release follows that none before it did is looked
for once from the log's beginning, up to there."""
_PAGE = 500
_LOG = logs.get("hub.reactor")


class Feed(Protocol):
    """The log as it is followed."""

    def feed(self, after: int, limit: int) -> list[Fact]: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the log is followed: as it is written down, and as this process has come since."""

    kept: int
    reached: int


class Reactor:
    """Carries out reactions and finds due deadlines, each from its own position."""

    def __init__(
        self, storage: Storage, hub: Hub, log: Feed | None = None, *, create: bool = False
    ) -> None:
        """``log`` is where facts are read, the store itself if it is not given."""
        self._engine = storage.engine(AREA, create=create)
        self._hub = hub
        self._log: Feed = log or hub.store
        self._places: dict[str, _Place] = {}
        self._families_followed = False

    @property
    def position(self) -> int:
        """The newest position whose reactions are carried out."""
        return self._position(_REACTIONS)

    def react(self) -> int:
        """Carry out what follows from new facts, and from that; gives how many facts were looked
        at."""
        start = position = self._position(_REACTIONS)
        self._follow_families(start)
        while facts := self._new(_REACTIONS, position):
            followed = self._hub.react(facts, self._refused, self._failed)
            position = facts[-1].position
            self._reached(_REACTIONS, position)
            if not followed and len(facts) < _PAGE:
                break
        return position - start

    def _follow_families(self, until: int) -> None:
        """Note suspected guardians of families that were known before that was done, once; what was
        carried out already finds its receipt."""
        if self._families_followed:
            return
        if not self._position(_FAMILIES_DONE):
            position = self._position(_FAMILIES)
            while position < until and (facts := self._log.feed(position, _PAGE)):
                position = facts[-1].position
                said = [fact for fact in facts if fact.topic in households.SAID_BY]
                self._hub.react(said, self._refused, self._failed, only=households.NAME)
                self._keep(_FAMILIES, position)
            self._keep(_FAMILIES_DONE, max(position, 1))
        self._families_followed = True

    def _new(self, name: str, after: int) -> list[Fact]:
        """The next facts after a position."""
        facts = self._log.feed(after, _PAGE)
        place = self._places[name]
        if not facts and place.reached > place.kept:
            # Nothing is to be done: time to write down what was not worth it before.
            self._keep(name, place.reached)
        return facts

    def _refused(self, reaction: RefusedReaction) -> None:
        with self._engine.execution_options(writing=True).begin() as connection:
            put(connection, REFUSED, [asdict(reaction)])

    def _failed(self, reaction: RefusedReaction, error: Exception) -> None:
        """A mistake of the program's is said loudly, and keeps nobody else's report waiting; what
        stops everything, as a database that does not answer, stops this too."""
        _tell(reaction, error)
        self._refused(reaction)

    def refused(self) -> list[RefusedReaction]:
        """Reactions that the rules refused or that failed, oldest first: each is a referral nobody
        received."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(REFUSED).order_by(REFUSED.c.position))
            return [RefusedReaction(row.position, row.reaction, row.code) for row in rows]

    def retry(self) -> int:
        """Carry out refused reactions again (after a rule was mended); gives how many went."""
        before = self.refused()
        for position in sorted({each.position for each in before}):
            still: list[RefusedReaction] = []

            def failed(
                reaction: RefusedReaction,
                error: Exception,
                still: list[RefusedReaction] = still,
            ) -> None:
                _tell(reaction, error)
                still.append(reaction)

            self._hub.react(self._log.feed(position - 1, 1), still.append, failed)
            # Forgotten only now that it is done: cut off before this, it is listed as ever, and
            # what was carried out already finds its receipt.
            with self._engine.execution_options(writing=True).begin() as connection:
                connection.execute(delete(REFUSED).where(REFUSED.c.position == position))
                for reaction in still:
                    # One of a name stands for all that it asks for.
                    put(connection, REFUSED, [asdict(reaction)])
        return len(before) - len(self.refused())

    def tick(self) -> int:
        """Ask for what is due and not over; gives for how many something followed. A clock that
        fails holds up no other one, and stays to be asked again; the first failure is raised when
        all others were asked."""
        self._follow()
        now = self._hub.clock.now()
        with self._engine.begin() as connection:
            due = connection.execute(_RUN_OUT, {"now": _sortable(now)}).all()
        asked: list[str] = []
        failed: list[Exception] = []
        for row in due:
            rule = STREAM_BY_NAME[row.kind].due
            try:
                # Before it is written down that they are: cut off between, it is done again.
                if row.kind == DUTY_PLAN.name and not self._open_duties(failed):
                    continue
                if rule is not None:
                    self._hub.command(rule.ask(UUID(row.stream), row.facts), SYSTEM)
            except Erased:
                # Of an erased child nothing is owed any more; its clock is watched no more either.
                pass
            except Exception as error:
                failed.append(error)
                continue
            asked.append(row.stream)
        answered = self._over(asked) if asked else 0
        answered += self._plan_visits(failed)
        if failed:
            raise failed[0]
        return answered

    def _open_duties(self, failed: list[Exception]) -> bool:
        """Open what every organisation owes in the periods that have begun (按期应办事项); gives
        whether all of it was. One that fails holds up no other one, and all of it is looked at
        once more."""
        hub, before = self._hub, len(failed)
        today = shanghai_date(hub.clock.now())
        organisations = hub.places.organisations()
        for command in periodic_duties.to_open(hub.store, hub.policies.rules, organisations, today):
            try:
                hub.command(command, SYSTEM)
            except Exception as error:
                failed.append(error)
        return len(failed) == before

    def _plan_visits(self, failed: list[Exception]) -> int:
        """Hand over what a village owes whose child director is away, and back, and what it has in
        hand where nobody there may see it, and ask for the verifications of a round; gives for how
        many organisations it was. One that fails is looked at once more, and holds up no other
        one."""
        planned = 0
        store, rules = self._hub.store, self._hub.policies.rules
        with self._engine.begin() as connection:
            found = visits_owed.to_plan(connection)
        for each in found:
            with self._engine.begin() as connection:
                plans = visits_owed.plans(connection, store, rules, each)
            try:
                for command in plans:
                    with suppress(Erased):
                        self._hub.command(command, SYSTEM)
            except Exception as error:
                failed.append(error)
                continue
            # Only now that it is done: cut off before this, it is looked at once more.
            with self._engine.execution_options(writing=True).begin() as connection:
                visits_owed.planned(connection, each)
            planned += 1
        return planned

    def recompute(self) -> int:
        """Reckon provisional due dates anew by the calendars as they are now; gives how many
        moved. The whole log is read: it is done once a year is published."""
        found: set[tuple[UUID, str]] = set()
        position = 0
        while facts := self._hub.store.feed(position, _PAGE):
            position = facts[-1].position
            found.update(
                (UUID(fact.clear["subject_id"]), fact.clear["kind"])
                for fact in facts
                if fact.topic == DeadlineSet.TOPIC and fact.clear.get("provisional")
            )
        before = self._hub.store.position
        for subject, kind in sorted(found):
            with suppress(Erased):
                self._hub.command(RecomputeDeadline(subject_id=subject, kind=kind), SYSTEM)
        moved, position = 0, before
        while facts := self._hub.store.feed(position, _PAGE):
            position = facts[-1].position
            moved += sum(fact.topic == DeadlineRecomputed.TOPIC for fact in facts)
        return moved

    def _over(self, asked: Iterable[str]) -> int:
        """Follow what was decided; a clock to which nothing was answered is watched no more: it
        would be asked for ever. Gives how many were answered."""
        self._follow()
        now = _sortable(self._hub.clock.now())
        answered = 0
        with self._engine.execution_options(writing=True).begin() as connection:
            for stream in asked:
                answered += not connection.execute(
                    delete(RUNNING).where(RUNNING.c.stream == stream, RUNNING.c.due_at <= now)
                ).rowcount
        return answered

    def _follow(self) -> None:
        position = self._position(_CLOCKS)
        while facts := self._new(_CLOCKS, position):
            position = facts[-1].position
            about = [fact for fact in facts if fact.topic in _WATCHED]
            if not about:
                self._reached(_CLOCKS, position)
                if len(facts) < _PAGE:
                    return
                continue
            clocks: dict[str, dict[str, Any] | None] = {}
            with self._engine.execution_options(writing=True).begin() as connection:
                for fact in about:
                    if fact.topic in visits_owed.TOPICS:
                        visits_owed.note(connection, fact)
                    if fact.topic in _STARTS or fact.topic in _OVER:
                        clocks[str(fact.stream)] = _clock(fact)
                if running := [clock for clock in clocks.values() if clock is not None]:
                    put(connection, RUNNING, running)
                if over := [stream for stream, clock in clocks.items() if clock is None]:
                    connection.execute(_STOPPED, [{"which": stream} for stream in over])
                _move(connection, _CLOCKS, position)
            self._places[_CLOCKS] = _Place(position, position)

    def _position(self, name: str) -> int:
        """Where this process is, or another one that has come further."""
        with self._engine.begin() as connection:
            kept = connection.execute(_REACHED, {"which": name}).scalar_one_or_none()
        place = self._places.get(name)
        if place is None or place.kept != (kept or 0):
            place = self._places[name] = _Place(kept or 0, kept or 0)
        return place.reached

    def _reached(self, name: str, position: int) -> None:
        """Be at a position. It is written down now and then only: what is done once more after a
        crash finds that it is done."""
        place = self._places[name]
        if position - place.kept >= _PAGE:
            self._keep(name, position)
        else:
            self._places[name] = _Place(place.kept, position)

    def _keep(self, name: str, position: int) -> None:
        with self._engine.execution_options(writing=True).begin() as connection:
            _move(connection, name, position)
        self._places[name] = _Place(position, position)

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def _tell(reaction: RefusedReaction, error: Exception) -> None:
    """Log a failure that nobody foresaw. Raises it again where it is not the reaction's own: it
    stays to be carried out."""
    if of_what_it_stands_on(error):
        raise error
    _LOG.critical(
        "reaction failed",
        work=reaction.reaction,
        position=reaction.position,
        error=type(error).__name__,
        where=logs.where(error),
    )


def _clock(fact: Fact) -> dict[str, Any] | None:
    """The clock that runs on a fact's stream from that fact on, or None."""
    due_at = _next(fact)
    if due_at is None:
        return None
    return {
        "stream": str(fact.stream),
        "kind": fact.topic.split(".", 1)[0],
        "facts": fact.clear,
        "due_at": _sortable(datetime.fromisoformat(due_at)),
    }


_REACHED = select(POSITIONS.c.position).where(POSITIONS.c.name == bindparam("which"))
_RUN_OUT = select(RUNNING).where(RUNNING.c.due_at <= bindparam("now"))
_STOPPED = delete(RUNNING).where(RUNNING.c.stream == bindparam("which"))


def _next(fact: Fact) -> str | None:
    """When something of a fact's stream is due next, as the fact itself says."""
    instants = (fact.clear.get(name) for name in _STARTS.get(fact.topic, ()))
    return next((each for each in instants if each is not None), None)


def _move(connection: Connection, name: str, position: int) -> None:
    put(connection, POSITIONS, [{"name": name, "position": position}])


def _sortable(instant: datetime) -> str:
    """An instant (UTC) as text that sorts as time does."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%f")
