"""The relay: the outbox from the event store to the shared log.

It reads the store after its recorded position, sends in order with idempotence and acks=all,
waits for every record of the loop, and only then records the position. So it delivers at least
once, and what was sent without being recorded is sent again.

Readers drop what they have seen by store position per partition. That is right only if no record
ever stands in a partition before an earlier one of the same partition. Two things see to it:

- A loop's records of one partition are one record batch, which a broker appends whole or not at
  all; the next loop begins when all batches of this one are in. So a failure in the middle leaves
  no hole, whatever the client library does about sequence numbers after it.
- A position is recorded only when everything up to it is in the log, and is read anew in every
  loop; so a second relay may run beside this one, and can only repeat.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from eventsourcing.persistence import Notification
from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from hub import logs
from hub.eventstore.partitions import partition_of
from hub.messaging.cloudevents import Record, to_record
from hub.messaging.positions import Positions
from hub.messaging.topics import (
    LARGEST_RECORD,
    KafkaSettings,
    TopicRefused,
    check_topic,
)

LOOP_RECORDS = 1000
"""Records of one loop at most."""
LOOP_BYTES = 2**20
"""Bytes of one loop at most, unless a single record has more."""
ALONE_BYTES = 2**16
"""A record of more bytes has a loop of its own. Of a batch that the broker finds too large, the
client makes halves; one of a single record it does not, so that nothing overtakes it."""

POLL_SECONDS = 0.2
"""How long the relay waits before it looks for new events, when nothing wakes it."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between attempts while something fails: doubled each time."""
DELIVERY_SECONDS = 30.0
"""How long a loop's records may stay unconfirmed before a new producer sends them again."""

_NEVER_MS = 2**30
"""Milliseconds, about twelve days: for waits that the relay ends itself."""
_FLUSH_SECONDS = 0.5

_log = logs.get(__name__)


class Outbox(Protocol):
    """What the relay reads: the recorder of an event store, whose notifications never appear
    before an earlier one."""

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]: ...

    def max_notification_id(self) -> int | None: ...


class NotSent(Exception):
    """A loop's records are not all in the shared log; nothing was recorded.

    ``reason`` is a class name of the client library, or says that the relay was stopped.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreBehind(Exception):
    """The store ends before the relay's position: it was put back to an older state.

    Its next events would get positions that the shared log has given out already, and neither
    this relay nor any reader would take them for new. The log must be begun anew under another
    prefix, with a position of 0, and the views rebuilt from it."""


class Relay:
    """Sends what the store has to the shared log, once :func:`ensure_topics` has made the topic.

    One thread works it (:meth:`run`, or :meth:`step` by oneself); :meth:`stop` may be called from
    any other and from a signal handler.
    """

    def __init__(
        self,
        outbox: Outbox,
        positions: Positions,
        settings: KafkaSettings,
        *,
        records: int = LOOP_RECORDS,
        delivery_seconds: float = DELIVERY_SECONDS,
    ) -> None:
        """``records`` is how many go out in a loop at most; more are faster and repeat more after
        a crash."""
        self._outbox = outbox
        self._positions = positions
        self._settings = settings
        self._topic = settings.events
        self._records = records
        self._delivery_seconds = delivery_seconds
        self._producer: Any = None
        self._looked = False
        self._stop = threading.Event()

    def run(self, wait: Callable[[float], object] | None = None) -> None:
        """Relay until :meth:`stop`; failures of the broker, the store or the positions are
        retried for ever and never skipped.

        ``wait(seconds)`` is called when there is nothing to send and may return early, as when
        the database has notified. Raises :class:`TopicRefused` and :class:`StoreBehind`, which
        waiting does not mend.
        """
        failures = 0
        try:
            while not self._stop.is_set():
                try:
                    sent = self.step()
                except (TopicRefused, StoreBehind):
                    raise
                except Exception as error:
                    if self._stop.is_set():
                        break
                    failures += 1
                    self._failed(error, failures)
                    self._stop.wait(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10)))
                    continue
                if failures:
                    _log.info("relay_recovered", attempt=failures)
                    failures = 0
                if not sent:
                    (wait or self._stop.wait)(POLL_SECONDS)
        finally:
            self.close()

    def step(self) -> int:
        """One loop: read, send, wait, record. Gives how many events it has moved on by.

        Raises :class:`NotSent`, :class:`TopicRefused`, :class:`StoreBehind`, and what outbox,
        positions and the client raise; the position is then as it was, and the next loop sends
        the same again.
        """
        after = self._positions.get()
        if not self._looked:
            if after > (self._outbox.max_notification_id() or 0):
                raise StoreBehind
            self._looked = True
        notifications = self._outbox.select_notifications(
            after, self._records, inclusive_of_start=False
        )
        loop = self._loop(notifications)
        if not loop:
            return 0
        try:
            self._send([record for _, record in loop])
        except Exception:
            # What the producer still holds must not be sent beside its repetition.
            self._abandon()
            raise
        self._positions.set(loop[-1][0])
        return len(loop)

    def stop(self) -> None:
        """Ask :meth:`run` to end: after the loop it is in, or at once when that does not get
        through."""
        self._stop.set()

    def close(self) -> None:
        """Let go of the connection. A loop that is not confirmed is given up."""
        self._abandon()

    def _loop(self, notifications: Sequence[Notification]) -> list[tuple[int, Record]]:
        """Positions and records of one loop, cut where they would not fit in one batch."""
        loop: list[tuple[int, Record]] = []
        size = 0
        for notification in notifications:
            record = to_record(notification, self._settings.source)
            size += record.size
            alone = record.size > ALONE_BYTES
            if loop and (alone or size > LOOP_BYTES):
                break
            loop.append((int(notification.id), record))
            if alone:
                break
        return loop

    def _send(self, records: Sequence[Record]) -> None:
        producer = self._producer = self._producer or self._open()
        topic = self._topic
        futures = [
            producer.send(
                topic.name,
                key=record.key,
                value=record.value,
                headers=record.headers,
                partition=partition_of(record.key.decode(), topic.partitions),
            )
            for record in records
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
        check_topic(self._settings, self._topic)
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

    def _abandon(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            producer.close(timeout=0)
        except KafkaTimeoutError:
            # The library's close gives up before it has stopped the sending thread.
            producer._sender.force_close()

    def _failed(self, error: Exception, attempt: int) -> None:
        reason = error.reason if isinstance(error, NotSent) else type(error).__name__
        _log.warning("relay_failed", error=reason, attempt=attempt, where=logs.where(error))
