"""A stored event as a Kafka record and back: CloudEvents 1.0, Kafka protocol binding, binary mode.

The record's value is the stored state, byte for byte, with its sensitive fields as sealed as they
lie in the store; the attributes travel as ``ce_`` headers and repeat only what is clear in it:

============= ====================================================================
id            the position in the store, decimal
source        the hub (a setting)
type          the topic under which the event was stored (``dropout.suspected.v1``)
subject       the pseudonymous child_ref, else the stream's id
time          recorded_at
partitionkey  the ordering key, also the record's key
sequence      the position in 20 digits, so that text order is log order
streamid      the stream's id
streamversion the event's place in its stream
traceparent   W3C Trace Context: the correlation as trace, the event as parent
============= ====================================================================

Sources: CloudEvents 1.0.2 with its Kafka binding 1.0.2 §3.2 and the extensions Partitioning,
Sequence and Distributed Tracing; W3C Trace Context §3.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cloudevents.core.base import BaseCloudEvent, EventFactory
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.v1.event import CloudEvent
from eventsourcing.persistence import Notification, StoredEvent
from pydantic_core import from_json

from hub.eventstore.codec import Fact, SealingMapper
from hub.eventstore.upcast import UPCASTERS, Upcaster

CONTENT_TYPE = "application/json"

_NEEDED = frozenset(
    {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_partitionkey"}
    | {"ce_sequence", "ce_streamid", "ce_streamversion", "content-type"}
)

_ORDERING_KEY = 12
_RECORDED_AT = 6
_CORRELATION = 7
_EVENT_ID = 0
"""Where these stand in the stored header (``hub.eventstore.codec.HEADER``)."""


class MalformedRecord(Exception):
    """A record of the shared log that no relay of this hub can have written.

    ``reason`` says what is wrong and never repeats content.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record: key, value, headers in order."""

    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]

    @property
    def size(self) -> int:
        """Bytes it takes at most in a record batch of format 2."""
        in_headers = sum(len(name) + len(value) + 10 for name, value in self.headers)
        return len(self.key) + len(self.value) + in_headers + 40


class _AsStored:
    """The library's event format for a body that is passed on as the bytes it is."""

    def read(self, event_factory: EventFactory | None, data: str | bytes) -> BaseCloudEvent:
        raise TypeError("only the binary mode is used")

    def write(self, event: BaseCloudEvent) -> bytes:
        raise TypeError("only the binary mode is used")

    def write_data(
        self, data: dict[str, Any] | str | bytes | None, datacontenttype: str | None
    ) -> bytes:
        if not isinstance(data, bytes):
            raise TypeError("a stored state is bytes")
        return data

    def read_data(self, body: bytes, datacontenttype: str | None) -> bytes:
        return body

    def get_content_type(self) -> str:
        raise TypeError("only the binary mode is used")


AS_STORED = _AsStored()
"""Bodies are passed on as the bytes they are."""


def to_record(notification: Notification, source: str) -> Record:
    """A stored event, at its position, as a record of the shared log."""
    state = from_json(notification.state)
    header = state["h"]
    position = int(notification.id)
    stream = str(notification.originator_id)
    key = str(header[_ORDERING_KEY])
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(position),
        "source": source,
        "type": notification.topic,
        "datacontenttype": CONTENT_TYPE,
        "subject": str(state["c"].get("child_ref") or stream),
        "time": datetime.fromisoformat(header[_RECORDED_AT]),
        "partitionkey": key,
        "sequence": f"{position:020d}",
        "streamid": stream,
        "streamversion": str(notification.originator_version),
    }
    trace = traceparent(UUID(header[_CORRELATION]), UUID(header[_EVENT_ID]))
    if trace is not None:
        attributes["traceparent"] = trace
    message = to_binary(CloudEvent(attributes, notification.state), AS_STORED)
    return Record(key.encode(), message.value, list(message.headers.items()))


def traceparent(correlation: UUID, event_id: UUID) -> str | None:
    """The W3C trace context of an event: what was recorded together is one trace, the event the
    parent of what its readers do. Not sampled: nobody has decided that. None where an id would
    be all zeros, which the standard forbids."""
    trace, parent = correlation.hex, event_id.hex[16:]
    if not int(trace, 16) or not int(parent, 16):
        return None
    return f"00-{trace}-{parent}-00"


class RecordReader:
    """Reads records of the shared log as the store's feed would give them."""

    def __init__(self, source: str, upcasters: Mapping[str, Upcaster] = UPCASTERS) -> None:
        """``source`` is what every record must name; old versions are upcast on reading."""
        self._source = source
        self._mapper = SealingMapper(None, upcasters)

    def fact(
        self,
        key: bytes | None,
        value: bytes | None,
        headers: Iterable[tuple[str, bytes | None]],
    ) -> Fact:
        """The fact of a record.

        Raises :class:`MalformedRecord` for one that is no CloudEvent of this source, or whose
        attributes contradict its body.
        """
        if key is None or value is None:
            raise MalformedRecord("no key or no body")
        found: dict[str, bytes] = {}
        for name, content in headers:
            if name in found or content is None:
                raise MalformedRecord("a header twice or empty")
            found[name] = content
        # The library would make up an id, a time and a version where they are missing.
        if not found.keys() >= _NEEDED:
            raise MalformedRecord("an attribute is missing")
        try:
            event = from_binary(KafkaMessage(found, key, value), AS_STORED, CloudEvent)
            position = _whole(event.get_id())
            stored = StoredEvent(
                originator_id=UUID(event.get_extension("streamid")),
                originator_version=_whole(event.get_extension("streamversion")),
                topic=event.get_type(),
                state=value,
            )
        except Exception:
            # Whatever library is displeased, its message may quote the record.
            raise MalformedRecord("no CloudEvent of the shared log") from None
        if event.get_source() != self._source:
            raise MalformedRecord("another source")
        try:
            fact = self._mapper.to_fact(stored, position)
            coherent = (
                fact.ordering_key.encode() == key == found["ce_partitionkey"]
                and found["ce_sequence"] == b"%020d" % position
                and event.get_subject() == (fact.child_ref or str(fact.stream))
            )
        except Exception:
            raise MalformedRecord("the body is no stored state") from None
        if not coherent:
            raise MalformedRecord("the attributes contradict the body")
        return fact


def _whole(text: Any) -> int:
    """A positive whole number, written plainly."""
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and text[0] != "0"):
        raise ValueError("not a positive number")
    return int(text)
