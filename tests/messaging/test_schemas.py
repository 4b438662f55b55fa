"""What others may rely on is committed, is what the log holds, and only ever grows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest

from domain.kernel import Category, Event, Sensitive, Text
from domain.registry import EVENTS
from hub.eventstore.store import EventStore
from hub.eventstore.upcast import UPCASTERS
from hub.messaging.cloudevents import to_record
from hub.messaging.schemas import (
    FOLDER,
    Incompatible,
    asyncapi,
    breaks,
    committed_topics,
    event_schema,
    revisions,
    write_missing,
)
from tests.domain.histories import one_of_each_recorded
from tests.messaging.json_schema import faults
from tests.messaging.logs import SOURCE, noted
from tests.together import all_of


def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))
    return found


# What is committed


@all_of("topic", sorted(EVENTS))
def test_every_event_has_a_schema_and_it_is_the_models(topic: str) -> None:
    """If not: `make schemas`."""
    known = revisions(FOLDER, topic)
    assert known, "no schema"
    assert breaks(known[-1], event_schema(EVENTS[topic])) == []
    assert breaks(event_schema(EVENTS[topic]), known[-1]) == []
    for revision, (old, new) in enumerate(pairwise(known), 1):
        assert breaks(old, new) == [], f"revision {revision + 1} takes back what {revision} said"
    for revision, schema in enumerate(known, 1):
        assert schema["$id"] == f"urn:childhub:schema:{topic}:{revision}"
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_no_schema_is_of_a_type_that_never_was() -> None:
    assert committed_topics(FOLDER) <= {*EVENTS, *UPCASTERS}


def test_there_is_nothing_to_write() -> None:
    assert document() == asyncapi()


def test_every_event_of_the_log_is_as_its_schema_says(store: EventStore) -> None:
    store.append(list(one_of_each_recorded()))
    attributes = document()["components"]["schemas"]["eventAttributes"]
    met = set()
    for told in noted(store):
        record = to_record(told, SOURCE)
        assert faults(revisions(FOLDER, told.topic)[-1], json.loads(record.value)) == []
        assert faults(attributes, {name: text.decode() for name, text in record.headers}) == []
        met.add(told.topic)
    assert met == set(EVENTS)


def test_a_state_that_is_otherwise_is_told_from_one_that_is_right(store: EventStore) -> None:
    store.append(list(one_of_each_recorded()))
    told = next(each for each in noted(store) if each.topic == "child_file.classified.v2")
    schema = revisions(FOLDER, told.topic)[-1]
    right = json.loads(told.state)
    for path, wrong in [
        (("c", "in_scope"), "yes"),
        (("c", "since"), "2025-02-30"),
        (("c", "child_ref"), "310117"),
        (("h", 4), "CURIOSITY"),
        (("h", 6), "yesterday"),
        (("s",), []),
    ]:
        state = json.loads(told.state)
        part = state
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = wrong
        assert faults(schema, state) != [], path
    del right["c"]["tier"]
    assert faults(schema, right) == ["$.c.tier: missing"]


# What may change


class Told(Event):
    """A made-up event."""

    TOPIC: ClassVar[str] = "made_up.told.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "示例"

    kind: str
    due: date | None
    account: Annotated[Text, Sensitive(None)]


class ToldMore(Told):
    note: str | None = None
    phone: Annotated[Text, Sensitive(Category.CONTACT)] = None


class ToldLess(Event):
    TOPIC: ClassVar[str] = "made_up.told.v1"
    CATEGORY: ClassVar[Category] = Category.VISITS
    TITLE: ClassVar[str] = "示例"

    kind: str
    account: Annotated[Text, Sensitive(None)]


class ToldUnsealed(Told):
    account: str


class ToldElsewhere(Told):
    account: Annotated[Text, Sensitive(Category.HARM)]


class ToldNarrower(Told):
    due: date


class ToldOtherwise(Told):
    kind: int  # type: ignore[assignment]


class ToldWithMoreNeeded(Told):
    place: str


class ToldWithADefault(Told):
    kind: str = "OTHER"


class ToldInOtherWords(Told):
    """The same, explained better."""

    TITLE: ClassVar[str] = "示例事件"


def changed(event: type[Event]) -> list[str]:
    return breaks(event_schema(Told), event_schema(event))


def test_optional_fields_may_be_added_and_words_may_change() -> None:
    assert changed(ToldMore) == []
    assert changed(ToldInOtherWords) == []


@pytest.mark.parametrize(
    ("event", "reasons"),
    [
        (ToldLess, ["c.due is gone"]),
        (ToldUnsealed, ["c.account is new and required", "s.account is gone"]),
        (ToldElsewhere, ["s.account has another type"]),
        (ToldNarrower, ["c.due has another type"]),
        (ToldOtherwise, ["c.kind has another type"]),
        (ToldWithMoreNeeded, ["c.place is new and required"]),
        (ToldWithADefault, ["c.kind is required in one of them only"]),
    ],
)
def test_nothing_else_may_change_within_a_version(event: type[Event], reasons: list[str]) -> None:
    assert changed(event) == reasons


def test_what_was_added_may_not_be_taken_back() -> None:
    assert breaks(event_schema(ToldMore), event_schema(Told)) == [
        "c.note is gone",
        "s.phone is gone",
    ]


def test_a_changed_layout_is_refused() -> None:
    schema = event_schema(Told)
    for part, reason in [
        ("h", "the state is laid out otherwise"),
        ("c", "c is laid out otherwise"),
        ("s", "s is laid out otherwise"),
    ]:
        other = json.loads(json.dumps(schema))
        other["properties"][part]["minItems"] = 99
        assert breaks(schema, other) == [reason]


def test_a_revision_is_written_once_and_never_again(tmp_path: Path) -> None:
    def written(event: type[Event]) -> list[str]:
        return [path.name for path in write_missing(tmp_path, {Told.TOPIC: event}, {})]

    def version() -> str:
        found: str = json.loads((tmp_path / "asyncapi.json").read_text("utf-8"))["info"]["version"]
        return found

    assert written(Told) == ["made_up.told.v1.1.json", "asyncapi.json"]
    assert version() == "1.1.0"
    first = (tmp_path / "events" / "made_up.told.v1.1.json").read_bytes()
    assert written(Told) == []
    assert written(ToldMore) == ["made_up.told.v1.2.json", "asyncapi.json"]
    assert version() == "1.2.0"
    assert (tmp_path / "events" / "made_up.told.v1.1.json").read_bytes() == first
    with pytest.raises(Incompatible, match=r"made_up.told.v1: c.note is gone.*new version"):
        written(Told)
    assert written(ToldMore) == []
    assert committed_topics(tmp_path) == {Told.TOPIC}


# The AsyncAPI document (no validator of 3.1 is pinned; this is its structure by the specification)


def references(part: Any) -> Iterator[str]:
    """Every ``$ref`` there is."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def resolved(reference: str) -> Any:
    """What a ``$ref`` of the document points at."""
    if not reference.startswith("#/"):
        return json.loads((FOLDER / reference).read_text("utf-8"))
    part = document()
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_the_document_has_what_asyncapi_asks_for() -> None:
    found = document()
    assert found["asyncapi"] == "3.1.0"
    assert set(found) <= {"asyncapi", "info", "defaultContentType", "channels", "operations"} | {
        "components"
    }
    assert re.fullmatch(r"\d+\.\d+\.\d+", found["info"]["version"])
    assert found["info"]["title"]
    for name in (*found["channels"], *found["operations"], *found["components"]["messages"]):
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
    assert {channel["address"] for channel in found["channels"].values()} == {
        "hub.events",
        "hub.feed.{agency}",
        "hub.inbound.{agency}",
    }
    for channel in found["channels"].values():
        in_address = set(re.findall(r"\{(.+?)\}", channel["address"]))
        assert set(channel.get("parameters", {})) == in_address
        for name, message in channel.get("messages", {}).items():
            assert message == {"$ref": f"#/components/messages/{name}"}
    for operation in found["operations"].values():
        assert operation["action"] in ("send", "receive")
        assert resolved(operation["channel"]["$ref"])["address"]
    for message in found["components"]["messages"].values():
        assert message["name"]
        assert message["payload"]
        assert resolved(message["headers"]["$ref"])["type"] == "object"


def test_every_reference_leads_somewhere() -> None:
    found = list(references(document()))
    assert len(found) > 2 * len(EVENTS)
    for reference in found:
        assert resolved(reference), reference


def test_the_shared_log_carries_every_event_at_its_newest_revision() -> None:
    found = document()
    assert set(found["channels"]["events"]["messages"]) == set(EVENTS)
    for topic in EVENTS:
        message = found["components"]["messages"][topic]
        assert resolved(message["payload"]["$ref"]) == revisions(FOLDER, topic)[-1]
