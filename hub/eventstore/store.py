"""The event store as the rest of the hub uses it: load a stream, append, follow the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Mapper, StoredEvent

from domain.kernel import Recorded, Stream
from domain.registry import EVENTS
from hub.encryption.keystore import DataKey, KeyRefused, KeyStore
from hub.eventstore.absence import FENCE, sealed_away, without_sealed
from hub.eventstore.codec import Fact, SealingMapper, event_of
from hub.eventstore.folded import Folded, Kept
from hub.eventstore.receipts import NewReceipt, Receipt
from hub.eventstore.recorder import Append, Place, Recorder
from hub.eventstore.upcast import UPCASTERS, Upcaster
from hub.storage.group import GroupCommit

GROUP = 2_000
"""Events and receipts that one commit takes at most, whatever is waiting."""


class Conflict(Exception):
    """Somebody else appended to one of the streams, or answered the same record, meanwhile.

    The append left nothing behind; load again and decide again."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stream as folded from the store; version 0 means that it has no event yet. ``sealed``: it
    is a record that was sealed (封存), and nothing more is of it."""

    version: int
    state: Any
    ordering_key: UUID | None = None
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptToWrite:
    """A receipt of an append: written with the first ``events_before`` of its events."""

    receipt: NewReceipt
    events_before: int
    event_id: UUID | None
    recorded_at: datetime


class EventStore(Application[UUID]):
    """The log of facts, on the eventsourcing library.

    Sensitive fields are sealed on the way in and stay sealed on the way out.
    """

    name = "hub"
    recorder: Recorder

    def __init__(
        self,
        recorder: Recorder,
        keys: KeyStore | None,
        upcasters: Mapping[str, Upcaster] = UPCASTERS,
        own_keys: Set[str] = frozenset(),
    ) -> None:
        """``recorder`` is the store's from now on: closing the store closes it. ``own_keys``: as
        of :class:`SealingMapper`."""
        self._keys = keys
        self._upcasters = upcasters
        self._own_keys = own_keys
        self._given = recorder
        self._folded: Folded[Loaded] = Folded()
        self._group: GroupCommit[_Work, list[int]] = GroupCommit(self._append, _size, GROUP)
        super().__init__()

    def construct_recorder(self) -> ApplicationRecorder:
        return self._given

    def close(self) -> None:
        """Close the log's connections."""
        super().close()
        self._given.close()

    def construct_mapper(self) -> Mapper[UUID]:
        return SealingMapper(self._keys, self._upcasters, self._own_keys)

    @property
    def _mapper(self) -> SealingMapper:
        mapper = self.mapper
        if not isinstance(mapper, SealingMapper):
            raise TypeError("the store seals through its own mapper")
        return mapper

    def load(self, stream: Stream[Any], stream_id: UUID) -> Loaded:
        """Fold a stream from its stored events: from where this process folded it last, if the log
        still says so, else from its beginning."""

        # Not through the library's repository: it opens more than a fold looks at.
        kept = self._folded.of(stream, stream.name, stream_id)
        stored = self.recorder.select_events(stream_id, gt=kept.version - 1 if kept else None)
        if kept is not None:
            if stored and stored[0].state == kept.state:
                if len(stored) == 1:
                    return kept.folded
                return self._fold(stream, stream_id, stored[1:], kept.folded)
            stored = self.recorder.select_events(stream_id)
        if not stored:
            return Loaded(0, stream.initial)
        return self._fold(stream, stream_id, stored)

    def _fold(
        self,
        stream: Stream[Any],
        stream_id: UUID,
        stored: Sequence[StoredEvent],
        before: Loaded | None = None,
    ) -> Loaded:
        """The stream after some more of its events."""
        facts = [self._mapper.to_fact(each) for each in stored]
        apart = any(fact.clear.get("apart") for fact in facts)
        if apart and before is not None:
            # What is sealed away later may lie before what was kept.
            facts = [self._mapper.to_fact(each) for each in self.recorder.select_events(stream_id)]
            before = None
        gone = self._gone(facts) if apart else frozenset[str]()
        events = [
            event_of(fact)
            for fact in facts
            if EVENTS[fact.topic] in stream.evolve and fact.event_id not in gone
        ]
        loaded = Loaded(
            version=facts[-1].version,
            state=stream.fold(events, before.state if before else None),
            ordering_key=before.ordering_key if before else UUID(facts[0].ordering_key),
            sealed=(before is not None and before.sealed)
            or any(fact.topic == FENCE for fact in facts),
        )
        if not apart:
            # Which of these still count is asked of the child's whole history each time.
            self._folded.keep(
                stream.name, stream_id, Kept(stream, loaded.version, stored[-1].state, loaded)
            )
        return loaded

    def _gone(self, facts: Sequence[Fact]) -> frozenset[str]:
        """What of a child's file came with a record that was sealed: nothing is decided by it. Only
        a file that holds such a statement is looked up."""
        return sealed_away(self.whole_history([facts[0].subject], self.position))

    def renew_keys(self, slots: Iterable[tuple[UUID, str]]) -> None:
        """Have what is sealed from now on sealed under new data-key versions, by subject and
        category: somebody's reading of it ends. What another process seals at this very moment may
        still be under the former one."""
        if self._keys is not None:
            self._keys.renew(slots)

    def append(
        self, events: Sequence[Recorded], receipts: Sequence[ReceiptToWrite] = ()
    ) -> list[int]:
        """Append to any number of streams at once, all or nothing, with receipts.

        Gives the positions. Raises :class:`Conflict` on a version or receipt that is taken.
        """
        try:
            return self._group.submit((events, receipts))
        except IntegrityError as error:
            raise Conflict from error

    def _append(self, works: Sequence[_Work]) -> list[list[int] | BaseException]:
        """Seal and record the appends of a group. A key that is refused keeps out its own append
        alone."""
        found: list[list[int] | BaseException | None] = [None] * len(works)
        try:
            keys = self._mapper.keys_for([each for events, _ in works for each in events])
        except KeyRefused as refused:
            if len(works) == 1:
                return [refused]
            return [outcome for work in works for outcome in self._append([work])]
        ready: list[tuple[int, Append]] = []
        for number, (events, receipts) in enumerate(works):
            try:
                ready.append((number, self._sealed(events, receipts, keys)))
            except Exception as error:
                found[number] = error
        recorded = self.recorder.insert_together([append for _, append in ready])
        for (number, _), outcome in zip(ready, recorded, strict=True):
            found[number] = outcome
        return [RuntimeError("an append without an outcome") if f is None else f for f in found]

    def _sealed(
        self,
        events: Sequence[Recorded],
        receipts: Sequence[ReceiptToWrite],
        keys: Mapping[tuple[UUID, str], DataKey],
    ) -> Append:
        return Append(
            self._mapper.store(events, keys),
            [(str(each.subject), _categories(each)) for each in events],
            [(r.receipt, r.events_before, r.event_id, r.recorded_at.isoformat()) for r in receipts],
        )

    def feed(self, after: int, limit: int) -> list[Fact]:
        """The facts that follow position ``after``, in the store's one order.

        One writer at a time numbers and commits, so no smaller position appears later.
        """
        notifications = self.recorder.select_notifications(after, limit, inclusive_of_start=False)
        return [self._mapper.to_fact(each, each.id) for each in notifications]

    def history(self, subjects: Sequence[UUID], upto: int, after: int = 0) -> list[Fact]:
        """Every fact of these subjects behind position ``after``, up to and including position
        ``upto``, in order; without what is sealed away (封存) by a fence among them."""
        return without_sealed(self.whole_history(subjects, upto, after))

    def whole_history(self, subjects: Sequence[UUID], upto: int, after: int = 0) -> list[Fact]:
        """As :meth:`history`, with what is sealed away: for whoever seals or erases it, or proves
        that nothing is missing. What of it is, :func:`sealed_away` tells."""
        return [
            self._mapper.to_fact(each, each.id)
            for each in self.recorder.history(subjects, upto, after)
        ]

    def facts_at(self, places: Sequence[Place]) -> list[Fact]:
        """The facts of these places (stream and version), in order; a place where nothing stands
        has none."""
        return [self._mapper.to_fact(each, each.id) for each in self.recorder.events_at(places)]

    def recorded_with(self, subject: UUID, event_id: UUID) -> list[Fact]:
        """What was recorded about a subject together with one of its events: by the same
        statement, with all that followed from it."""
        facts = self.history([subject], self.position)
        correlations = {fact.correlation for fact in facts if fact.event_id == str(event_id)}
        return [fact for fact in facts if fact.correlation in correlations]

    def stream_facts(self, stream_id: UUID) -> Iterator[Fact]:
        """One stream's facts from its beginning; positions are not known here."""
        for each in self.recorder.select_events(stream_id):
            yield self._mapper.to_fact(each)

    @property
    def position(self) -> int:
        """The newest position, 0 when the log is empty."""
        return self.recorder.max_notification_id() or 0

    def receipt(self, number: str) -> Receipt | None:
        """The receipt with this number (回执号), or None."""
        return self.recorder.receipt_by_number(number)

    def receipts_of(self, event_ids: Sequence[UUID]) -> list[Receipt]:
        """The receipts that were written with one of these events as their last."""
        return self.recorder.receipts_of(event_ids)

    def receipts(self, keys: Iterable[bytes]) -> dict[bytes, Receipt]:
        """The newest receipt of each key that has one."""
        return self.recorder.latest_receipts(keys)


_Work = tuple[Sequence[Recorded], Sequence[ReceiptToWrite]]


def _size(work: _Work) -> int:
    return len(work[0]) + len(work[1])


def _categories(recorded: Recorded) -> str:
    event = recorded.event
    found = {event.category.value} | {event.category_of(name).value for name in event.SENSITIVE}
    return ",".join(sorted(found))
