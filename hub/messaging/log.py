"""Reading the shared log: facts in the order of their partition, each once.

Where a reader stands is no business of Kafka's: the offset lives in the transaction of the view
that took the facts in. So nothing is ever committed to the broker; whoever reads says where to
begin, for each partition, and is told where to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from hub import logs
from hub.eventstore.codec import Fact
from hub.eventstore.partitions import BEGINNING, Place, partition_of
from hub.eventstore.upcast import UPCASTERS, Upcaster
from hub.messaging.cloudevents import MalformedRecord, RecordReader
from hub.messaging.topics import KafkaSettings

POLL_RECORDS = 500
"""Records of one poll: the facts of one transaction of a view."""

_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What a poll brought from one partition: facts with their offsets, and the ``place`` to
    store with them, in one transaction. Without facts there were only repetitions."""

    partition: int
    facts: list[tuple[int, Fact]]
    place: Place


class BadRecord(Exception):
    """A record that cannot be read stands next in a partition; nothing after it is given.

    ``partition`` and ``offset`` say where, ``reason`` why; never its content.
    """

    def __init__(self, partition: int, offset: int, reason: str) -> None:
        super().__init__(f"partition {partition}, offset {offset}: {reason}")
        self.partition = partition
        self.offset = offset
        self.reason = reason


class PlaceLost(Exception):
    """A stored offset is beyond the log: the topic is another one, or has lost its end. The view
    must be rebuilt; going on anywhere else would skip what nobody can name."""


Assigned = Callable[[Sequence[int]], Mapping[int, Place]]
Revoked = Callable[[Sequence[int]], None]


class EventsConsumer:
    """A reader of ``hub.events``. Worked by one thread."""

    def __init__(
        self,
        settings: KafkaSettings,
        consumer: Any,
        upcasters: Mapping[str, Upcaster] = UPCASTERS,
    ) -> None:
        """Use :meth:`of` or :meth:`in_group`."""
        self._topic = settings.events
        self._consumer = consumer
        self._reader = RecordReader(settings.source, upcasters)
        self._seen: dict[int, Place] = {}

    @classmethod
    def of(
        cls,
        settings: KafkaSettings,
        places: Mapping[int, Place],
        *,
        records: int = POLL_RECORDS,
    ) -> EventsConsumer:
        """A reader of just these partitions, from these places.

        ``records`` is how many a poll gives at most. Raises the client's ``KafkaError`` when the
        cluster is away.
        """
        reader = cls(settings, open_consumer(settings, records))
        reader._consumer.assign([reader._at(partition) for partition in places])
        reader.seek(places)
        return reader

    @classmethod
    def in_group(
        cls,
        settings: KafkaSettings,
        group: str,
        assigned: Assigned,
        revoked: Revoked = lambda partitions: None,
        *,
        records: int = POLL_RECORDS,
        session_seconds: float = 45.0,
    ) -> EventsConsumer:
        """A reader that shares the partitions with the others of its group.

        ``assigned(partitions)`` is called with what came to this reader, before anything of it is
        read, and gives the stored places (a partition that it leaves out begins at the
        beginning); if it raises, so does :meth:`poll`, and nothing is read. ``revoked`` is called
        with what went, also when it was lost. Both run inside :meth:`poll`, on the client's own
        thread, and hold up the heartbeat: a look-up each, nothing longer.

        Who has lost a partition may not know it yet: a view's transaction moves its stored place
        only from the one it began at, so that two readers cannot both take the same facts in.
        """
        reader = cls(
            settings, open_consumer(settings, records, settings.prefix + group, session_seconds)
        )
        reader._consumer.subscribe(
            [reader._topic.name], listener=_Listener(reader, assigned, revoked)
        )
        return reader

    def poll(self, seconds: float) -> list[Batch]:
        """What comes next, waiting up to ``seconds`` for it: at most one batch per partition.

        Raises :class:`BadRecord` when one that cannot be read is next in a partition; what else
        the poll brought is given again by the next one, and :meth:`pause` leaves the partition
        out. Raises :class:`PlaceLost`, and ``KafkaError`` of the client.
        """
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (OffsetOutOfRangeError, LogTruncationError):
            raise PlaceLost from None
        batches: list[Batch] = []
        bad: BadRecord | None = None
        for at, records in found.items():
            if at.partition not in self._seen:
                continue  # went to another reader meanwhile
            batch, fault = self._read(at.partition, records)
            if batch is not None:
                batches.append(batch)
            if fault is not None:
                self._consumer.seek(at, fault.offset)
                if batch is None:
                    bad = bad or fault
        if bad is not None:
            _log.error("record_refused", where=f"{bad.partition}:{bad.offset}", error=bad.reason)
            for batch in batches:
                self._consumer.seek(self._at(batch.partition), self._seen[batch.partition].offset)
            raise bad
        for batch in batches:
            self._seen[batch.partition] = batch.place
        return batches

    def seek(self, places: Mapping[int, Place]) -> None:
        """Go on from these places: after a transaction that was rolled back."""
        for partition, place in places.items():
            self._seen[partition] = place
            self._consumer.seek(self._at(partition), place.offset)

    def pause(self, partitions: Iterable[int]) -> None:
        """Give nothing of these partitions until :meth:`resume`."""
        self._consumer.pause(*map(self._at, partitions))

    def resume(self, partitions: Iterable[int]) -> None:
        """Go on with paused partitions."""
        self._consumer.resume(*map(self._at, partitions))

    @property
    def places(self) -> dict[int, Place]:
        """Where this reader stands, for each partition it has."""
        return dict(self._seen)

    def ends(self) -> dict[int, int]:
        """The offset behind the newest record, for each partition this reader has: what is
        missing to it is the reader's lag in records. Raises ``KafkaError``."""
        found = self._consumer.end_offsets([self._at(partition) for partition in self._seen])
        return {at.partition: offset for at, offset in found.items()}

    def close(self) -> None:
        """Leave the group and close the connection."""
        self._consumer.close(autocommit=False)

    def _at(self, partition: int) -> Any:
        return TopicPartition(self._topic.name, partition)

    def _read(
        self, partition: int, records: Sequence[Any]
    ) -> tuple[Batch | None, BadRecord | None]:
        """The batch that the records make, up to the first that cannot be read."""
        place = self._seen[partition]
        facts: list[tuple[int, Fact]] = []
        for record in records:
            try:
                fact = self._reader.fact(record.key, record.value, record.headers)
                if partition_of(fact.ordering_key, self._topic.partitions) != partition:
                    raise MalformedRecord("in another partition than its key's")
            except MalformedRecord as error:
                bad = BadRecord(partition, record.offset, error.reason)
                return (Batch(partition, facts, place) if facts else None), bad
            if fact.position > place.position:
                facts.append((record.offset, fact))
            place = Place(record.offset + 1, max(place.position, fact.position))
        return Batch(partition, facts, place), None


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Asks for the stored places of what was assigned, and goes there."""

    def __init__(self, reader: EventsConsumer, assigned: Assigned, revoked: Revoked) -> None:
        self._reader = reader
        self._assigned = assigned
        self._revoked = revoked

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        partitions = sorted(each.partition for each in assigned)
        places = self._assigned(partitions)
        self._reader.seek({each: places.get(each, BEGINNING) for each in partitions})

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        partitions = sorted(each.partition for each in revoked)
        for partition in partitions:
            self._reader._seen.pop(partition, None)
        self._revoked(partitions)


def open_consumer(
    settings: KafkaSettings,
    records: int,
    group: str | None = None,
    session_seconds: float = 45.0,
) -> Any:
    """A client that commits nothing to the broker and never begins but where it is told to."""
    return KafkaConsumer(
        **settings.client(),
        group_id=group,
        enable_auto_commit=False,
        # Never anywhere but where the stored places say: see PlaceLost.
        auto_offset_reset="none",
        max_poll_records=records,
        max_partition_fetch_bytes=4 * 2**20,
        session_timeout_ms=int(session_seconds * 1000),
        heartbeat_interval_ms=int(min(3.0, session_seconds / 10) * 1000),
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
