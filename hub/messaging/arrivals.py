"""Reads what agencies have sent to their inbound topics, each from its stored place."""

from __future__ import annotations

from collections.abc import Mapping

from kafka import TopicPartition
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from hub import logs
from hub.messaging.inbound import Arrived, read_arrived
from hub.messaging.log import PlaceLost, open_consumer
from hub.messaging.topics import KafkaSettings

_log = logs.get(__name__)

POLL_RECORDS = 50
"""Records of one poll: each is an append of its own, and a mandatory report among the next ones
is taken before them."""


class InboundReader:
    """Reads the inbound topics of some agencies. Worked by one thread."""

    def __init__(
        self,
        settings: KafkaSettings,
        offsets: Mapping[str, int],
        *,
        records: int = POLL_RECORDS,
    ) -> None:
        """``offsets``: organisation → the offset to go on at; their topics exist. Raises the
        client's ``KafkaError`` when the cluster is away.

        A topic that ends before its offset is another one than before, or has lost its end. It is
        left out, and said so in the log: the others' records, a mandatory report among them, do
        not wait for its mending."""
        self._at = {
            each: TopicPartition(settings.inbound(each).name, 0) for each in sorted(offsets)
        }
        self._whose = {at: each for each, at in self._at.items()}
        self._consumer = open_consumer(settings, records)
        ends = self._consumer.end_offsets(list(self._whose))
        self._lost = {self._whose[at] for at, end in ends.items() if offsets[self._whose[at]] > end}
        for organisation in sorted(self._lost):
            _log.error("inbound_place_lost", organisation=organisation)
        self._consumer.assign([at for at, each in self._whose.items() if each not in self._lost])
        self.seek(offsets)

    @property
    def organisations(self) -> frozenset[str]:
        """Whose topics are read, or would be."""
        return frozenset(self._at)

    def poll(self, seconds: float) -> list[tuple[str, Arrived]]:
        """What comes next, waiting up to ``seconds`` for it: (whose topic, record), each topic's in
        their order. Raises :class:`PlaceLost`, and ``KafkaError`` of the client."""
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (OffsetOutOfRangeError, LogTruncationError):
            raise PlaceLost from None
        return [
            (self._whose[at], read_arrived(record.offset, record.value, record.headers))
            for at, records in found.items()
            for record in records
        ]

    def seek(self, offsets: Mapping[str, int]) -> None:
        """Go on from these places."""
        for organisation, offset in offsets.items():
            if organisation in self._lost:
                continue
            self._consumer.seek(self._at[organisation], offset)

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close(autocommit=False)
