"""Sending in order to the shared log: everything of a loop is in it, or the loop failed.

Readers drop what they have seen by its number. That is right only if no record ever stands in a
partition before an earlier one of the same partition. Two things see to it:

- A loop's records of one partition are one record batch, which a broker appends whole or not at
  all; the next loop begins when all batches of this one are in. So a failure in the middle leaves
  no hole, whatever the client library does about sequence numbers after it.
- How far one has come is recorded only when everything up to it is in the log, and is read anew in
  every loop; so a second process may run beside this one, and can only repeat.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from hub.messaging.cloudevents import Record
from hub.messaging.topics import LARGEST_RECORD, KafkaSettings, Topic, check_topic

LOOP_RECORDS = 1000
"""Records of one loop at most."""
LOOP_BYTES = 2**20
"""Bytes of one loop at most, unless a single record has more."""
ALONE_BYTES = 2**16
"""A record of more bytes has a loop of its own. Of a batch that the broker finds too large, the
client makes halves; one of a single record it does not, so that nothing overtakes it."""

DELIVERY_SECONDS = 30.0
"""How long a loop's records may stay unconfirmed before a new producer sends them again."""

_NEVER_MS = 2**30
"""Milliseconds, about twelve days: for waits that the relay ends itself."""
_FLUSH_SECONDS = 0.5

Addressed = tuple[int, Record]
"""A record and the partition it goes to."""


class NotSent(Exception):
    """A loop's records are not all in the shared log; nothing was recorded.

    ``reason`` is a class name of the client library, or says that the relay was stopped.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Sender:
    """Sends loops of records. Worked by one thread."""

    def __init__(
        self, settings: KafkaSettings, delivery_seconds: float, stop: threading.Event
    ) -> None:
        """``delivery_seconds``: how long a loop's records may stay unconfirmed. ``stop`` ends the
        waiting for them."""
        self._settings = settings
        self._delivery_seconds = delivery_seconds
        self._stop = stop
        self._producer: Any = None
        self._checked: set[str] = set()

    def send(self, topic: Topic, records: Sequence[Addressed]) -> None:
        """Send a loop's records and wait until all are in the log.

        Raises :class:`NotSent`, TopicRefused, and what the client raises; then a new connection
        sends the same again.
        """
        try:
            self._send(topic, records)
        except Exception:
            # What the producer still holds must not be sent beside its repetition.
            self.close()
            raise

    def _send(self, topic: Topic, records: Sequence[Addressed]) -> None:
        if topic.name not in self._checked:
            check_topic(self._settings, topic)
            self._checked.add(topic.name)
        producer = self._producer = self._producer or self._open()
        futures = [
            producer.send(
                topic.name,
                key=record.key,
                value=record.value,
                headers=record.headers,
                partition=partition,
            )
            for partition, record in records
        ]
        deadline = time.monotonic() + self._delivery_seconds
        while not all(future.is_done for future in futures):
            try:
                producer.flush(timeout=_FLUSH_SECONDS)
            except KafkaTimeoutError:
                # The client goes on trying; in between we look whether we are to stop.
                if self._stop.is_set():
                    raise NotSent("stopped") from None
                if time.monotonic() > deadline:
                    raise NotSent("KafkaTimeoutError") from None
        for future in futures:
            if future.failed():
                raise NotSent(type(future.exception).__name__)

    def _open(self) -> Any:
        return KafkaProducer(
            **self._settings.client(),
            enable_idempotence=True,
            acks="all",
            # One batch per partition and loop: nothing goes out before the flush, and a batch
            # holds a whole loop. The loop's own deadline ends what does not get through; if the
            # client expired one batch by itself, a later one could get in before it.
            batch_size=LOOP_BYTES + 2**16,
            linger_ms=_NEVER_MS,
            delivery_timeout_ms=2 * _NEVER_MS - 1,
            max_request_size=LARGEST_RECORD,
            max_block_ms=10_000,
            reconnect_backoff_max_ms=2_000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )

    def close(self) -> None:
        """Let go of the connection. A loop that is not confirmed is given up."""
        producer, self._producer = self._producer, None
        self._checked.clear()
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except KafkaTimeoutError:
            # The library's close gives up before it has stopped the sending thread.
            producer._sender.force_close()


class Sending(ABC):
    """Work that sends, loop by loop. One thread works it; :meth:`stop` may be called from any
    other and from a signal handler."""

    def __init__(self, settings: KafkaSettings, delivery_seconds: float) -> None:
        self._stop = threading.Event()
        self._sender = Sender(settings, delivery_seconds, self._stop)

    @abstractmethod
    def step(self) -> int:
        """One loop: read, send, wait, record. Gives how much it has moved on by."""

    def stop(self) -> None:
        """Wait no longer for a loop that does not get through: it fails, and is sent again by
        whoever comes next."""
        self._stop.set()

    def close(self) -> None:
        """Let go of the connection. A loop that is not confirmed is given up."""
        self._sender.close()


def fitting(loop: Iterable[tuple[int, Record]]) -> list[tuple[int, Record]]:
    """As many numbered records from the beginning as go out in one loop: what fits in one batch."""
    found: list[tuple[int, Record]] = []
    size = 0
    for number, record in loop:
        size += record.size
        alone = record.size > ALONE_BYTES
        if found and (alone or size > LOOP_BYTES):
            break
        found.append((number, record))
        if alone:
            break
    return found
