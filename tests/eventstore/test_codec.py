"""From an event to its stored bytes and back: nothing sensitive in clear, old bytes read for
ever, a renamed field still opens."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from domain.child_file import ContactStated
from domain.conduct_measure import MeasureAdopted
from domain.kernel import Event, Sealed
from domain.registry import EVENTS
from hub.encryption.fields import Tampered, open_
from hub.encryption.keystore import KeyStore, SubjectErased
from hub.eventstore.codec import (
    HEADER,
    Fact,
    SealingMapper,
    clear_state,
    recorded_of,
    sealed_field,
)
from hub.eventstore.postgres import PostgresRecorder
from hub.eventstore.store import EventStore
from hub.eventstore.upcast import UPCASTERS, Clear, SealedFields, Upcaster
from tests.domain.histories import one_of_each_event
from tests.eventstore.invented import recorded
from tests.eventstore.sampling import Sample, sample_key, samples
from tests.servers.postgres import PostgresServer
from tests.storage.opening import recorder
from tests.together import all_of

pytestmark = pytest.mark.slow

PHONE = "13800009999"
ADDRESS = "示例新村示例路一千号"


def contact() -> ContactStated:
    told = next(one for one in one_of_each_event() if isinstance(one, ContactStated))
    return told.model_copy(update={"guardian_phone": PHONE, "address": ADDRESS})


def place_of(fact: Fact) -> dict[str, Any]:
    """Where a fact's sealed fields stand."""
    return {
        "subject": fact.subject,
        "event_id": fact.event_id,
        "stream": fact.stream,
        "version": fact.version,
        "topic": fact.stored_topic,
        "producer": fact.producer,
    }


def opened(fact: Fact, name: str) -> Any:
    """A sealed field of a sample, opened."""
    field = sealed_field(place_of(fact), name, fact.sealed[name])
    return open_(
        sample_key(field.context.subject, field.context.category), field.context, field.token
    )


def all_forms(value: str) -> list[bytes]:
    """A text as it could lie in a file: UTF-8, escaped, hex, base64 at each offset."""
    plain = value.encode()
    shifted = [base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    return [plain, json.dumps(value).encode().strip(b'"'), plain.hex().encode(), *shifted]


def test_a_sensitive_value_is_never_in_clear(keys: KeyStore) -> None:
    event = contact()
    state = SealingMapper(keys).to_stored_event(recorded(event, event.child_ref, 1)).state
    for value in (PHONE, ADDRESS):
        assert not [form for form in all_forms(value) if form in state]
    bare = SealingMapper(None).to_stored_event(recorded(event, event.child_ref, 1)).state
    assert [form for form in all_forms(PHONE) if form in bare], "the search would find it"


def test_no_file_of_the_store_holds_one(
    tmp_path: Path, store: EventStore, request: pytest.FixtureRequest
) -> None:
    event = contact()
    store.append([recorded(event, event.child_ref, 1)])
    folders = [tmp_path]
    if isinstance(store.recorder, PostgresRecorder):
        server: PostgresServer = request.getfixturevalue("postgres")
        # The write-ahead log is all that a commit waits for.
        folders.append(server.data / "pg_wal")
    files = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert not [form for form in all_forms(ADDRESS) if form in content]
    assert str(event.child_ref).encode() in content, "these are the right files"


@all_of("event", one_of_each_event())
def test_every_sensitive_field_is_sealed_and_nothing_else(keys: KeyStore, event: Event) -> None:
    stream = uuid4()
    stored = SealingMapper(keys).to_stored_event(recorded(event, stream, 1))
    state = json.loads(stored.state)
    said = {name for name in event.SENSITIVE if getattr(event, name) is not None}
    assert set(state) == {"h", "c", "s"}
    assert set(state["s"]) == said
    assert set(state["c"]) == set(type(event).model_fields) - set(event.SENSITIVE)
    back = SealingMapper(keys).to_domain_event(stored).event
    assert clear_state(back) == clear_state(event)
    assert {name for name in event.SENSITIVE if isinstance(getattr(back, name), Sealed)} == said


def test_a_loaded_event_is_never_stored_again(keys: KeyStore) -> None:
    event = contact()
    mapper = SealingMapper(keys)
    back = mapper.to_domain_event(mapper.to_stored_event(recorded(event, event.child_ref, 1)))
    with pytest.raises(TypeError):
        mapper.to_stored_event(back)


def test_each_append_seals_anew(keys: KeyStore) -> None:
    """Equal values cannot be told from each other's ciphertext."""
    event = contact()
    one = recorded(event, event.child_ref, 1)
    mapper = SealingMapper(keys)
    tokens = [mapper.to_fact(mapper.to_stored_event(one)).sealed["address"][3] for _ in range(2)]
    assert tokens[0] != tokens[1]


def test_there_is_a_sample_of_every_topic() -> None:
    assert {sample.stored.topic for sample in samples()} >= set(EVENTS)


@all_of("sample", samples())
def test_what_was_stored_once_is_read_for_ever(sample: Sample) -> None:
    fact = SealingMapper(None).to_fact(sample.stored, 7)
    assert dict(zip(HEADER, fact.header, strict=True)) == sample.header
    back = recorded_of(fact)
    assert {name: clear_state(back.event)[name] for name in sample.clear} == sample.clear
    for name, value in sample.sensitive.items():
        assert (name in fact.sealed) == (value is not None)
        if value is not None:
            assert opened(fact, name) == value
    header = back.header
    assert (back.position, back.originator_version) == (7, sample.stored.originator_version)
    assert header.actor.organisation == sample.header["organisation"]
    assert header.actor.post == sample.header["post"]
    assert header.actor.user == sample.header["user"]
    assert header.occurred_at == datetime.fromisoformat(sample.header["occurred_at"])
    assert str(back.ordering_key) == sample.header["ordering_key"]
    assert str(fact.subject) == sample.header["subject"]
    assert header.occurred_at.utcoffset() == datetime.now(UTC).utcoffset()


def test_the_order_of_the_header_is_the_format() -> None:
    """A header is stored as a list: its order never changes, and it grows only at its end."""
    assert HEADER[:13] == (
        "event_id",
        "organisation",
        "post",
        "user",
        "legal_basis",
        "occurred_at",
        "recorded_at",
        "correlation",
        "causation",
        "rule_version",
        "supersedes",
        "subject",
        "ordering_key",
    )


# -- how a topic moves on ---------------------------------------------------------------------


def _contact_v2(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """An example: version 2 calls the child ``child`` and the address ``home``."""
    clear = {"child": clear.pop("child_ref"), **clear}
    if "address" in sealed:
        sealed["home"] = sealed.pop("address")
    return "child_file.contact_stated.v2", clear, sealed


def _contact_v3(clear: Clear, sealed: SealedFields) -> tuple[str, Clear, SealedFields]:
    """And version 3 counts the ways to reach the family."""
    return "child_file.contact_stated.v3", {**clear, "ways": len(sealed)}, sealed


EXAMPLES: Mapping[str, Upcaster] = {
    "child_file.contact_stated.v1": _contact_v2,
    "child_file.contact_stated.v2": _contact_v3,
}


def test_an_old_version_reads_as_the_newest_and_its_renamed_field_still_opens(
    keys: KeyStore,
) -> None:
    event = contact()
    stored = SealingMapper(keys).to_stored_event(recorded(event, event.child_ref, 1))
    fact = SealingMapper(keys, EXAMPLES).to_fact(stored)
    assert (fact.topic, fact.stored_topic) == ("child_file.contact_stated.v3", stored.topic)
    assert fact.clear["child"] == str(event.child_ref)
    assert "child_ref" not in fact.clear
    assert fact.clear["ways"] == len(fact.sealed)
    assert "address" not in fact.sealed
    field = sealed_field(place_of(fact), "home", fact.sealed["home"])
    key = keys.get(event.child_ref, field.context.category, 1)
    assert open_(key, field.context, field.token) == ADDRESS


def test_under_its_new_name_alone_it_would_not_open(keys: KeyStore) -> None:
    """The stored name travels with the token, because the token is bound to it."""
    event = contact()
    stored = SealingMapper(keys).to_stored_event(recorded(event, event.child_ref, 1))
    fact = SealingMapper(keys, EXAMPLES).to_fact(stored)
    category, flag, _, token = fact.sealed["home"]
    field = sealed_field(place_of(fact), "home", [category, flag, "home", token])
    key = keys.get(event.child_ref, field.context.category, 1)
    with pytest.raises(Tampered):
        open_(key, field.context, field.token)


def test_an_upcaster_leaves_the_stored_bytes_alone(tmp_path: Path, keys: KeyStore) -> None:
    event = contact()
    with_old = EventStore(recorder(tmp_path / "log"), keys)
    with_old.append([recorded(event, event.child_ref, 1)])
    with_new = EventStore(recorder(tmp_path / "log"), keys, EXAMPLES)
    before = with_old.feed(0, 1)[0]
    assert with_new.feed(0, 1)[0].topic == "child_file.contact_stated.v3"
    assert with_old.feed(0, 1)[0] == before
    with_old.close()
    with_new.close()


def test_every_upcaster_leads_to_a_topic_that_is_known() -> None:
    for topic in UPCASTERS:
        assert topic not in EVENTS, "an upcast topic has no event type any more"
    stored = {sample.stored.topic: sample.stored for sample in samples()}
    for topic, one in stored.items():
        assert SealingMapper(None).to_fact(one).topic in EVENTS, topic


def test_a_day_stays_a_day(keys: KeyStore) -> None:
    told = next(one for one in one_of_each_event() if "persuaded_on" in type(one).model_fields)
    event = told.model_copy(update={"persuaded_on": date(2025, 3, 1)})
    stored: StoredEvent = SealingMapper(keys).to_stored_event(recorded(event, uuid4(), 1))
    assert json.loads(stored.state)["c"]["persuaded_on"] == "2025-03-01"


def _measure() -> MeasureAdopted:
    return next(one for one in one_of_each_event() if isinstance(one, MeasureAdopted))


def test_a_record_that_may_be_sealed_has_a_data_key_of_its_own(keys: KeyStore) -> None:
    """A key for each record, so that it can be taken away alone; the history stays the child's."""
    event, stream = _measure(), uuid4()
    mapper = SealingMapper(keys, own_keys={"conduct_measure"})
    fact = mapper.to_fact(mapper.to_stored_event(recorded(event, stream, 1)))
    assert fact.has_own_key
    assert fact.subject == event.child_ref
    field = sealed_field(place_of(fact), "account", fact.sealed["account"])
    assert (field.context.subject, field.context.concerns) == (stream, event.child_ref)
    key = keys.get(stream, field.context.category, 1)
    assert open_(key, field.context, field.token) == event.account
    assert keys.latest(event.child_ref, field.context.category) == 0, (
        "the child's has no part in it"
    )


def test_what_was_sealed_before_its_class_was_named_opens_all_the_same(keys: KeyStore) -> None:
    event, stream = _measure(), uuid4()
    before = SealingMapper(keys).to_stored_event(recorded(event, stream, 1))
    fact = SealingMapper(keys, own_keys={"conduct_measure"}).to_fact(before)
    assert not fact.has_own_key
    field = sealed_field(place_of(fact), "account", fact.sealed["account"])
    assert field.context.subject == event.child_ref
    assert open_(keys.get(event.child_ref, field.context.category, 1), field.context, field.token)


def test_a_record_with_its_own_key_is_refused_for_an_erased_child(keys: KeyStore) -> None:
    event = _measure()
    keys.fence(event.child_ref)
    mapper = SealingMapper(keys, own_keys={"conduct_measure"})
    with pytest.raises(SubjectErased):
        mapper.to_stored_event(recorded(event, uuid4(), 1))
