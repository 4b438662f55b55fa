"""The relay: the outbox from the event store to the shared log.

It reads the store after its recorded position, sends in order with idempotence and acks=all,
waits for every record of the loop, and only then records the position. So it delivers at least
once, and what was sent without being recorded is sent again; readers drop what they have seen by
store position per partition (:mod:`hub.messaging.sending` says why that is right).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from eventsourcing.persistence import Notification

from hub.eventstore.partitions import partition_of
from hub.messaging.cloudevents import to_record
from hub.messaging.positions import Positions
from hub.messaging.sending import (
    ALONE_BYTES,
    DELIVERY_SECONDS,
    LOOP_BYTES,
    LOOP_RECORDS,
    NotSent,
    Sending,
    fitting,
)
from hub.messaging.topics import KafkaSettings

__all__ = [
    "ALONE_BYTES",
    "LOOP_BYTES",
    "LOOP_RECORDS",
    "NotSent",
    "Outbox",
    "Relay",
    "StoreBehind",
]


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


class StoreBehind(Exception):
    """The store ends before the relay's position: it was put back to an older state.

    Its next events would get positions that the shared log has given out already, and neither
    this relay nor any reader would take them for new. The log must be begun anew under another
    prefix, with a position of 0, and the views rebuilt from it."""


class Relay(Sending):
    """Sends what the store has to the shared log, once :func:`ensure_topics` has made the topic."""

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
        super().__init__(settings, delivery_seconds)
        self._outbox = outbox
        self._positions = positions
        self._settings = settings
        self._topic = settings.events
        self._records = records
        self._looked = False

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
        source = self._settings.source
        loop = fitting((int(each.id), to_record(each, source)) for each in notifications)
        if not loop:
            return 0
        self._sender.send(
            self._topic,
            [
                (partition_of(record.key.decode(), self._topic.partitions), record)
                for _, record in loop
            ],
        )
        self._positions.set(loop[-1][0])
        return len(loop)
