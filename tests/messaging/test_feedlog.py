"""A feed's entries as records and back, as the published schemas say, and its compatibility."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain.faults import Fault
from hub.encryption.envelope import CannotOpen
from hub.feeds.outbox import Entry, Kind, Numbered, after, append, closed_child
from hub.feeds.outbox import closing as closes
from hub.messaging.cloudevents import MalformedRecord
from hub.messaging.feedlog import FeedMessage, feed_message, feed_record
from hub.messaging.feedrelay import FeedRelay
from hub.messaging.feedschemas import MESSAGES, message_breaks
from hub.messaging.positions import MemoryPositions, Positions
from hub.messaging.receipts import Receipt, open_receipt, seal_receipt
from hub.messaging.relay import StoreBehind
from hub.messaging.schemas import FOLDER, feed_revisions, write_missing
from hub.messaging.topics import KafkaSettings
from projections.folds import Shown
from tests.domain.invented import EDUCATION, OTHER_SCHOOL, SCHOOL
from tests.messaging.json_schema import faults
from tests.messaging.logs import SOURCE
from tests.projections.feeds import Feeds
from tests.projections.made_up import made_up_log

KEY = X25519PrivateKey.generate()
CHILD = "c0000000-0000-4000-8000-000000000001"
RECEIPT = Receipt(
    "m-1",
    "refused",
    faults=(Fault("姓名", "MISSING", "姓名必填。", "请填写。"),),
    quarantine_id="q",
)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Numbered]:
    """Facts and closings of the education bureau, and a receipt."""
    log = made_up_log(0, 80)
    with closing(Feeds(tmp_path_factory.mktemp("feeds"))) as feeds:
        feeds.register(EDUCATION)
        for position in range(1, 81, 4):
            feeds.step(EDUCATION, log.until(position))
        feeds.step(EDUCATION, log)
        with feeds.agencies.engine.execution_options(writing=True).begin() as connection:
            token = seal_receipt(KEY.public_key(), EDUCATION, RECEIPT)
            at = datetime(2025, 3, 3, tzinfo=UTC).isoformat()
            append(connection, EDUCATION, [Entry(Kind.RECEIPT, "m-1", at, token)])
            append(connection, EDUCATION, [closes(EDUCATION, CHILD, at)])
            append(connection, EDUCATION, [closes(EDUCATION, None, at)])
            found = after(connection, EDUCATION, 0, 10_000)
    assert {each.entry.kind for each in found} == set(Kind)
    return found


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))
    return found


def test_what_goes_out_comes_back(entries: list[Numbered]) -> None:
    for numbered in entries:
        record = feed_record(numbered, SOURCE)
        found = feed_message(EDUCATION, SOURCE, record.key, record.value, record.headers)
        subject = numbered.entry.subject or EDUCATION
        expected = (numbered.sequence, numbered.entry.kind, subject, numbered.entry.payload)
        assert found == FeedMessage(*expected)


def test_attributes_and_bodies_are_as_published(entries: list[Numbered]) -> None:
    found = document()
    for numbered in entries:
        record = feed_record(numbered, SOURCE)
        headers = {name: text.decode() for name, text in record.headers}
        message = found["components"]["messages"][numbered.entry.kind.value]
        attributes = message["headers"]["$ref"].removeprefix("#/components/schemas/")
        assert faults(found["components"]["schemas"][attributes], headers) == []
        schema = feed_revisions(FOLDER, numbered.entry.kind.value)[-1]
        body = record.value
        if numbered.entry.kind is Kind.RECEIPT:
            opened = open_receipt([KEY], EDUCATION, "m-1", record.value)
            assert opened == RECEIPT
            body = json.dumps(
                {
                    **{each.name: getattr(opened, each.name) for each in fields(opened)},
                    "faults": [
                        {part.name: getattr(fault, part.name) for part in fields(fault)}
                        for fault in opened.faults
                    ],
                }
            ).encode()
        assert faults(schema, json.loads(body)) == []


def test_the_feeds_channel_carries_these_and_no_others() -> None:
    assert set(document()["channels"]["feed"]["messages"]) == {kind.value for kind in Kind}
    assert set(MESSAGES) == {kind.value for kind in Kind}
    properties = MESSAGES[Kind.FACT.value]["properties"]
    assert set(properties) == {each.name for each in fields(Shown)}
    receipt = MESSAGES[Kind.RECEIPT.value]["properties"]
    assert set(receipt) == {each.name for each in fields(Receipt)}


@pytest.mark.parametrize("topic", sorted(MESSAGES))
def test_committed_schemas_only_grow(topic: str) -> None:
    """If not: `make schemas`."""
    known = feed_revisions(FOLDER, topic)
    assert known
    assert message_breaks(known[-1], MESSAGES[topic]) == []
    assert message_breaks(MESSAGES[topic], known[-1]) == []
    for old, new in pairwise(known):
        assert message_breaks(old, new) == []


def _with(changes: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    schema = MESSAGES[Kind.CLOSED.value]
    properties = {**schema["properties"], **changes}
    properties = {name: each for name, each in properties.items() if each is not None}
    more = sorted(changes.keys()) if required else []
    needed = [name for name in [*schema["required"], *more] if name in properties]
    return {**schema, "properties": properties, "required": needed}


@pytest.mark.parametrize(
    ("new", "reasons"),
    [
        (_with({"note": {"type": "string"}}), []),
        (_with({"note": {"type": "string"}}, required=True), ["note is new and required"]),
        (_with({"child_ref": None}), ["child_ref is gone"]),
        (_with({"child_ref": {"type": "integer"}}), ["child_ref has another type"]),
    ],
)
def test_only_optional_properties_may_be_added(new: dict[str, Any], reasons: list[str]) -> None:
    assert message_breaks(MESSAGES[Kind.CLOSED.value], new) == reasons


def test_a_feeds_revision_is_written_once(tmp_path: Path) -> None:
    one = {"hub.feed.closed.v1": MESSAGES["hub.feed.closed.v1"]}
    first = [path.name for path in write_missing(tmp_path, {}, one)]
    assert first == ["hub.feed.closed.v1.1.json", "asyncapi.json"]
    assert write_missing(tmp_path, {}, one) == []
    more = {"hub.feed.closed.v1": _with({"note": {"type": "string"}})}
    second = [path.name for path in write_missing(tmp_path, {}, more)]
    assert second == ["hub.feed.closed.v1.2.json", "asyncapi.json"]


# What is no message of this feed


@pytest.fixture
def parts(entries: list[Numbered]) -> tuple[bytes, bytes, dict[str, bytes]]:
    record = feed_record(entries[0], SOURCE)
    return record.key, record.value, dict(record.headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_source", b"urn:childhub:other"),
        ("ce_type", b"hub.feed.other.v1"),
        ("ce_id", b"education:310117/2"),
        ("ce_sequence", b"00000000000000000002"),
        ("ce_sequence", b"1"),
        ("ce_partitionkey", b"school:3101170001"),
        ("ce_time", b"yesterday"),
    ],
)
def test_an_edited_attribute_is_refused(
    parts: tuple[bytes, bytes, dict[str, bytes]], name: str, value: bytes
) -> None:
    key, body, headers = parts
    with pytest.raises(MalformedRecord):
        feed_message(EDUCATION, SOURCE, key, body, {**headers, name: value}.items())


def test_a_missing_attribute_is_refused(parts: tuple[bytes, bytes, dict[str, bytes]]) -> None:
    key, body, headers = parts
    for name in headers:
        rest = {each: value for each, value in headers.items() if each != name}
        with pytest.raises(MalformedRecord):
            feed_message(EDUCATION, SOURCE, key, body, rest.items())
    with pytest.raises(MalformedRecord):
        feed_message(EDUCATION, SOURCE, key, None, headers.items())
    with pytest.raises(MalformedRecord):
        feed_message(SCHOOL, SOURCE, key, body, headers.items())


@pytest.mark.parametrize(
    "payload", [b'{"organisation": "x"}', b'{"organisation": "x", "child_ref": ""}', b"3"]
)
def test_a_closing_without_a_child_is_not_one_of_everything(payload: bytes) -> None:
    with pytest.raises(ValueError, match="closing"):
        closed_child(payload)


def test_a_receipt_opens_for_its_organisation_and_message_alone() -> None:
    token = seal_receipt(KEY.public_key(), SCHOOL, RECEIPT)
    assert open_receipt([KEY], SCHOOL, "m-1", token) == RECEIPT
    for organisation, message_id, key in (
        (OTHER_SCHOOL, "m-1", KEY),
        (SCHOOL, "m-2", KEY),
        (SCHOOL, "m-1", X25519PrivateKey.generate()),
    ):
        with pytest.raises(CannotOpen):
            open_receipt([key], organisation, message_id, token)


# The relay without a broker


class Outboxes:
    """Outboxes that were put back."""

    def newest(self) -> dict[str, int]:
        return {SCHOOL: 5}

    def after(self, organisation: str, sequence: int, limit: int) -> list[Numbered]:
        raise AssertionError("nothing can be sent")


def test_an_outbox_that_was_put_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.messaging.feedrelay.ensure_topics", lambda *_: None)
    names: list[str] = []

    def positions(name: str) -> Positions:
        names.append(name)
        return MemoryPositions(6)

    relay = FeedRelay(Outboxes(), positions, KafkaSettings("127.0.0.1:1"))
    with pytest.raises(StoreBehind):
        relay.step()
    assert names == ["hub.feed.school-3101170001"]
    up_to_date = FeedRelay(Outboxes(), lambda _: MemoryPositions(5), KafkaSettings("127.0.0.1:1"))
    assert up_to_date.step() == 0


def test_nothing_sensitive_is_in_key_or_headers(entries: list[Numbered]) -> None:
    """Beside pseudonyms: a receipt's header does not say how it ended."""
    receipt = next(each for each in entries if each.entry.kind is Kind.RECEIPT)
    accepted = replace(RECEIPT, outcome="accepted", faults=(), number="20250303-ABCDEFGH")
    token = seal_receipt(KEY.public_key(), EDUCATION, accepted)
    other = replace(receipt, entry=replace(receipt.entry, payload=token))
    assert feed_record(other, SOURCE).headers == feed_record(receipt, SOURCE).headers
