"""An agency's feed on Kafka: its outbox as records, and its reader.

CloudEvents 1.0 in Kafka's binary mode:

============= ====================================================================
id            organisation and number (``school:3101170001/17``)
source        the hub (a setting)
type          ``hub.feed.fact.v1``, ``hub.feed.closed.v1`` or ``hub.feed.receipt.v1``
subject       the child's pseudonym; a receipt's message id; else the organisation
time          when the fact was recorded, or the closing or receipt was made
partitionkey  the organisation, also the record's key
sequence      the feed's own dense number in 20 digits
============= ====================================================================

The feed has one partition, and a reader goes by the number alone: what it has seen it drops, and
where one is missing it stops. A scope that opens brings facts whose store positions are old.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.v1.event import CloudEvent
from kafka import TopicPartition
from kafka.errors import LogTruncationError, OffsetOutOfRangeError

from hub.eventstore.partitions import Place
from hub.feeds.outbox import Kind, Numbered
from hub.messaging.cloudevents import AS_STORED, CONTENT_TYPE, MalformedRecord, Record
from hub.messaging.inbound import SEALED_TYPE
from hub.messaging.log import POLL_RECORDS, BadRecord, PlaceLost, open_consumer
from hub.messaging.topics import KafkaSettings

_NEEDED = frozenset(
    {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"}
    | {"ce_partitionkey", "ce_sequence", "content-type"}
)


@dataclass(frozen=True, slots=True)
class FeedMessage:
    """One message of a feed. ``payload`` is JSON, or for a receipt the sealed token."""

    sequence: int
    kind: Kind
    subject: str
    payload: bytes


def feed_record(numbered: Numbered, source: str) -> Record:
    """An entry of an agency's outbox as a record of its feed."""
    entry, organisation = numbered.entry, numbered.organisation
    sealed = entry.kind is Kind.RECEIPT
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{organisation}/{numbered.sequence}",
        "source": source,
        "type": entry.kind.value,
        "datacontenttype": SEALED_TYPE if sealed else CONTENT_TYPE,
        "subject": entry.subject or organisation,
        "time": datetime.fromisoformat(entry.at),
        "partitionkey": organisation,
        "sequence": f"{numbered.sequence:020d}",
    }
    message = to_binary(CloudEvent(attributes, entry.payload), AS_STORED)
    return Record(organisation.encode(), message.value, list(message.headers.items()))


def feed_message(
    organisation: str,
    source: str,
    key: bytes | None,
    value: bytes | None,
    headers: Iterable[tuple[str, bytes | None]],
) -> FeedMessage:
    """The message of a record. Raises :class:`MalformedRecord` for one that is no message of this
    organisation's feed."""
    if key is None or value is None:
        raise MalformedRecord("no key or no body")
    found: dict[str, bytes] = {}
    for name, content in headers:
        if name in found or content is None:
            raise MalformedRecord("a header twice or empty")
        found[name] = content
    if not found.keys() >= _NEEDED:
        raise MalformedRecord("an attribute is missing")
    try:
        event = from_binary(KafkaMessage(found, key, value), AS_STORED, CloudEvent)
        sequence = int(event.get_extension("sequence"))
        kind = Kind(event.get_type())
    except Exception:
        # Whatever library is displeased, its message may quote the record.
        raise MalformedRecord("no CloudEvent of a feed") from None
    if event.get_source() != source:
        raise MalformedRecord("another source")
    coherent = (
        key == organisation.encode() == found["ce_partitionkey"]
        and event.get_id() == f"{organisation}/{sequence}"
        and found["ce_sequence"] == b"%020d" % sequence
    )
    if not coherent:
        raise MalformedRecord("not of this organisation's feed")
    return FeedMessage(sequence, kind, str(event.get_subject()), value)


class FeedReader:
    """Reads an agency's feed from a stored place. Worked by one thread."""

    def __init__(
        self,
        settings: KafkaSettings,
        organisation: str,
        place: Place,
        *,
        records: int = POLL_RECORDS,
    ) -> None:
        """``place`` is the offset to go on at (its ``position`` is the reader's own business).
        ``records`` is how many a poll gives at most. Raises the client's ``KafkaError`` when the
        cluster is away."""
        self._organisation = organisation
        self._source = settings.source
        self._at = TopicPartition(settings.feed(organisation).name, 0)
        self._consumer = open_consumer(settings, records)
        self._consumer.assign([self._at])
        self.seek(place)

    def poll(self, seconds: float) -> tuple[list[FeedMessage], int] | None:
        """What comes next, waiting up to ``seconds`` for it, and the offset behind it; None where
        nothing came.

        Raises :class:`BadRecord` when one that cannot be read is next, :class:`PlaceLost`, and
        ``KafkaError`` of the client.
        """
        try:
            found = self._consumer.poll(timeout_ms=int(seconds * 1000))
        except (OffsetOutOfRangeError, LogTruncationError):
            raise PlaceLost from None
        messages: list[FeedMessage] = []
        for record in found.get(self._at, ()):
            try:
                messages.append(
                    feed_message(
                        self._organisation, self._source, record.key, record.value, record.headers
                    )
                )
            except MalformedRecord as error:
                self._consumer.seek(self._at, record.offset)
                if not messages:
                    raise BadRecord(0, record.offset, error.reason) from None
                return messages, record.offset
            offset = record.offset + 1
        return (messages, offset) if messages else None

    def seek(self, place: Place) -> None:
        """Go on from a place."""
        self._consumer.seek(self._at, place.offset)

    def end(self) -> int:
        """The offset behind the newest record. Raises ``KafkaError``."""
        return int(self._consumer.end_offsets([self._at])[self._at])

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close(autocommit=False)
