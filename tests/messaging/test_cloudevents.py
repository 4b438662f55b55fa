"""A stored event travels as a CloudEvent in Kafka's binary mode, and reads back as it was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from hub.eventstore.codec import SealingMapper
from hub.eventstore.store import EventStore
from hub.messaging.cloudevents import (
    MalformedRecord,
    Record,
    RecordReader,
    to_record,
    traceparent,
)
from tests.domain.histories import one_of_each_recorded
from tests.eventstore.sampling import samples
from tests.messaging.logs import SOURCE, log_of, noted

READER = RecordReader(SOURCE)
NAME = "示例甲乙丙"
PHONE = "13800009999"


def read(record: Record) -> object:
    return READER.fact(record.key, record.value, [*record.headers])


def headers(record: Record) -> dict[str, str]:
    return {name: value.decode() for name, value in record.headers}


@pytest.fixture
def record(store: EventStore) -> Record:
    """The second event of a child's dropout case."""
    child, stream = uuid4(), uuid4()
    store.append(log_of(child, stream, 2))
    return to_record(noted(store)[1], SOURCE)


def test_a_record_reads_as_the_stores_own_feed(store: EventStore) -> None:
    store.append(list(one_of_each_recorded()))
    facts = store.feed(0, 10_000)
    assert len(facts) > 60
    assert [read(to_record(each, SOURCE)) for each in noted(store)] == facts


def test_an_event_of_an_old_version_is_upcast_when_it_is_read() -> None:
    old = [each for each in samples() if each.stored.topic == "child_file.classified.v1"]
    for position, sample in enumerate(old, 1):
        stored = sample.stored
        record = to_record(noted_at(stored, position), SOURCE)
        assert headers(record)["ce_type"] == "child_file.classified.v1"
        fact = READER.fact(record.key, record.value, record.headers)
        assert fact.topic == "child_file.classified.v2"
        assert fact == SealingMapper(None).to_fact(stored, position)
    assert old


def noted_at(stored: StoredEvent, position: int) -> Notification:
    """A stored event as it is read at a position."""
    return Notification(
        originator_id=stored.originator_id,
        originator_version=stored.originator_version,
        topic=stored.topic,
        state=stored.state,
        id=position,
    )


def test_the_attributes_say_where_the_event_stands(store: EventStore) -> None:
    child, stream = uuid4(), uuid4()
    store.append(log_of(child, stream, 2))
    told, fact = noted(store)[1], store.feed(1, 1)[0]
    record = to_record(told, SOURCE)
    correlation = UUID(fact.correlation).hex
    assert headers(record) == {
        "ce_specversion": "1.0",
        "ce_id": "2",
        "ce_source": SOURCE,
        "ce_type": "dropout.persuasion_recorded.v1",
        "content-type": "application/json",
        "ce_subject": str(child),
        "ce_time": "2025-03-03T01:00:00Z",
        "ce_partitionkey": str(child),
        "ce_sequence": "00000000000000000002",
        "ce_streamid": str(stream),
        "ce_streamversion": "2",
        "ce_traceparent": f"00-{correlation}-{UUID(fact.event_id).hex[16:]}-00",
    }
    assert record.key == str(child).encode()
    assert record.value == told.state, "the stored bytes, as they are"


def test_while_the_child_is_unknown_the_stream_is_the_subject(store: EventStore) -> None:
    store.append(list(one_of_each_recorded()))
    unknown = [
        (told, fact)
        for told, fact in zip(noted(store), store.feed(0, 10_000), strict=True)
        if fact.child_ref is None
    ]
    assert unknown
    for told, fact in unknown:
        assert headers(to_record(told, SOURCE))["ce_subject"] == str(fact.stream)


def test_a_trace_context_is_valid_or_left_out() -> None:
    found = traceparent(uuid4(), uuid4())
    assert found is not None
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", found)
    assert traceparent(UUID(int=0), uuid4()) is None
    assert traceparent(uuid4(), UUID(int=0)) is None


def test_no_plaintext_of_a_sensitive_field_is_in_a_record(store: EventStore) -> None:
    """Every sensitive text of every event holds a seeded name and number."""
    seeded = []
    for each in one_of_each_recorded():
        texts = {
            name: f"{NAME}{PHONE}"
            for name in each.event.SENSITIVE
            if isinstance(getattr(each.event, name), str)
        }
        seeded.append(replace(each, event=each.event.model_copy(update=texts)))
    assert sum(f"{NAME}{PHONE}" in repr(each.event) for each in seeded) > 20
    store.append(seeded)
    for told in noted(store):
        record = to_record(told, SOURCE)
        everything = b"\n".join(
            [record.key, record.value, *(name.encode() + value for name, value in record.headers)]
        )
        for plain in (NAME, NAME[:2], PHONE):
            assert plain.encode() not in everything, told.topic
            assert json.dumps(plain)[1:-1].encode() not in everything, told.topic


def with_header(record: Record, name: str, value: bytes | None) -> Record:
    """The record with one header replaced, or left out."""
    others = [each for each in record.headers if each[0] != name]
    return replace(record, headers=others if value is None else [*others, (name, value)])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", None),
        ("ce_specversion", b"0.3"),
        ("ce_id", b"0"),
        ("ce_id", b"-1"),
        ("ce_id", b"02"),
        ("ce_id", "２".encode()),
        ("ce_id", b"3"),
        ("ce_id", None),
        ("ce_source", b"urn:childhub:310115"),
        ("ce_source", None),
        ("ce_type", None),
        ("ce_type", b""),
        ("ce_subject", str(UUID(int=1)).encode()),
        ("ce_subject", None),
        ("ce_time", b"yesterday"),
        ("ce_time", None),
        ("ce_partitionkey", str(UUID(int=1)).encode()),
        ("ce_sequence", b"2"),
        ("ce_sequence", None),
        ("ce_streamid", b"310117"),
        ("ce_streamid", None),
        ("ce_streamversion", b"two"),
        ("ce_streamversion", None),
        ("ce_name", b"\xff\xfe"),
        ("content-type", None),
    ],
)
def test_a_record_that_no_relay_wrote_is_refused(
    record: Record, name: str, value: bytes | None
) -> None:
    read(record)
    with pytest.raises(MalformedRecord):
        read(with_header(record, name, value))


@pytest.mark.parametrize("value", [b"", b"{}", b"[]", b"null", NAME.encode(), b'{"h":[],"c":{}}'])
def test_a_body_that_is_no_stored_state_is_refused_and_never_repeated(
    record: Record, value: bytes
) -> None:
    with pytest.raises(MalformedRecord) as caught:
        read(replace(record, value=value))
    error = caught.value
    assert not value or value.decode() not in f"{error!r}{error.__cause__!r}"
    assert error.__suppress_context__, "the library's own error would be printed with it"


def test_another_key_a_missing_one_or_a_header_twice_is_refused(record: Record) -> None:
    for key in (None, str(uuid4()).encode(), b"\xff"):
        with pytest.raises(MalformedRecord):
            READER.fact(key, record.value, record.headers)
    with pytest.raises(MalformedRecord):
        READER.fact(record.key, None, record.headers)
    with pytest.raises(MalformedRecord):
        READER.fact(record.key, record.value, [*record.headers, record.headers[0]])


def test_the_size_of_a_record_is_never_underestimated(record: Record) -> None:
    plain = len(record.key) + len(record.value)
    plain += sum(len(name) + len(value) for name, value in record.headers)
    assert plain < record.size < plain + 250
