"""Sends agencies' outboxes to their feeds, each in the order of its numbers.

As the relay of the shared log: at least once, and nothing is recorded as sent that is not in the
log; what is sent is in :mod:`hub.messaging.sending`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from hub.feeds.outbox import Numbered
from hub.messaging.feedlog import feed_record
from hub.messaging.positions import Positions
from hub.messaging.relay import StoreBehind
from hub.messaging.sending import DELIVERY_SECONDS, LOOP_RECORDS, Sending, fitting
from hub.messaging.topics import KafkaSettings, ensure_topics


class Outboxes(Protocol):
    """What is read: every agency's outbox."""

    def newest(self) -> Mapping[str, int]: ...
    def after(self, organisation: str, sequence: int, limit: int) -> Sequence[Numbered]: ...


class FeedRelay(Sending):
    """Sends what the outboxes have; makes the topics of agencies that are new."""

    def __init__(
        self,
        outboxes: Outboxes,
        positions: Callable[[str], Positions],
        settings: KafkaSettings,
        *,
        records: int = LOOP_RECORDS,
        delivery_seconds: float = DELIVERY_SECONDS,
    ) -> None:
        """``positions`` gives what keeps the position of a topic, by its name. ``records`` is how
        many of one feed go out in a loop at most."""
        super().__init__(settings, delivery_seconds)
        self._outboxes = outboxes
        self._make_positions = positions
        self._settings = settings
        self._records = records
        self._positions: dict[str, Positions] = {}

    def step(self) -> int:
        """One loop for each feed that has something to send; gives how many entries went out.

        Raises NotSent, TopicRefused, :class:`StoreBehind`, and what outboxes, positions and the
        client raise; what was recorded by then stays, and the next step goes on from there.
        """
        return sum(self._one(each, newest) for each, newest in self._outboxes.newest().items())

    def _one(self, organisation: str, newest: int) -> int:
        topic = self._settings.feed(organisation)
        positions = self._positions.get(organisation)
        if positions is None:
            ensure_topics(self._settings, [topic, self._settings.inbound(organisation)])
            positions = self._make_positions(topic.name)
        after = positions.get()
        if after > newest:
            raise StoreBehind
        self._positions[organisation] = positions
        if after == newest:
            return 0
        found = self._outboxes.after(organisation, after, self._records)
        loop = fitting((each.sequence, feed_record(each, self._settings.source)) for each in found)
        if not loop:
            return 0
        self._sender.send(topic, [(0, record) for _, record in loop])
        positions.set(loop[-1][0])
        return len(loop)
