"""What others may rely on: JSON Schemas of the shared log's events, and the AsyncAPI document.

Both are generated from the domain's models and committed under ``schemas/``:

- ``schemas/events/<type>.<revision>.json``: the stored state that a CloudEvent of this type
  carries (JSON Schema 2020-12). A revision that is there is never written again; the next one may
  only add optional fields. Any other change is a new version of the type, with an upcaster.
- ``schemas/feed/<type>.<revision>.json``: what goes to an agency in its feed.
- ``schemas/asyncapi.json``: channels, messages and attributes (AsyncAPI 3.1), pointing at the
  newest revisions. Its version counts them.

``python -m hub.messaging.schemas`` writes what is missing. Readers take unknown fields in their
stride, so none of the schemas closes an object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from domain.kernel import Category, Event, LegalBasis
from domain.registry import EVENTS
from hub.eventstore.codec import HEADER
from hub.messaging.cloudevents import CONTENT_TYPE
from hub.messaging.feedschemas import MESSAGES, message_breaks
from hub.messaging.inbound import SEALED_TYPE
from hub.messaging.topics import AGENCY_PARTITIONS, EVENTS_PARTITIONS, LARGEST_RECORD

FOLDER = Path(__file__).parent / "schemas"
LAYOUT = 1
"""The major version of the AsyncAPI document: another one when channels or attributes change."""

_SEALED = frozenset({"hub.feed.receipt.v1"})
"""Messages of a feed whose body is sealed."""

Schema = dict[str, Any]

_UUID: Schema = {"type": "string", "format": "uuid"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "integer", "enum": [0, 1]}
_TOKEN: Schema = {"type": "string", "contentEncoding": "base64", "minLength": 1}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_HEADER: Mapping[str, Schema] = {
    "event_id": _UUID,
    "organisation": _TEXT,
    "post": _TEXT,
    "user": _TEXT,
    "legal_basis": {"type": "string", "enum": [basis.value for basis in LegalBasis]},
    "occurred_at": _INSTANT,
    "recorded_at": _INSTANT,
    "correlation": _UUID,
    "causation": _or_null(_UUID),
    "rule_version": _TEXT,
    "supersedes": _or_null(_UUID),
    "subject": _UUID,
    "ordering_key": _UUID,
}


def event_schema(event: type[Event]) -> Schema:
    """The schema of the stored state of an event type, without its ``$id``."""
    clear = {
        name: (field, _json_type(field.annotation))
        for name, field in event.model_fields.items()
        if name not in event.SENSITIVE
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event.TITLE,
        "type": "object",
        "required": ["h", "c", "s"],
        "properties": {
            "h": {
                "description": "Header: " + ", ".join(HEADER),
                "type": "array",
                "prefixItems": [_HEADER[name] for name in HEADER],
                "minItems": len(HEADER),
            },
            "c": {
                "description": "Clear facts",
                "type": "object",
                # A field with a default was added later: older events of the type are without it.
                "required": sorted(
                    name for name, (field, _) in clear.items() if field.is_required()
                ),
                "properties": {name: schema for name, (_, schema) in sorted(clear.items())},
            },
            "s": {
                "description": "Sealed fields: category, flag, stored field name, token",
                "type": "object",
                "properties": {
                    name: _sealed(name, mark.category, mark.flag)
                    for name, mark in sorted(event.SENSITIVE.items())
                },
            },
        },
    }


def _json_type(annotation: Any) -> Schema:
    """How a clear fact's values are written, without annotations."""
    return _plain(TypeAdapter(annotation).json_schema(mode="serialization"))


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why a reader who knows ``old`` might not cope with ``new``: a reason per field, none when
    the two differ in added optional fields and annotations only."""
    reasons = []
    was_rest, now_rest = _plain(old), _plain(new)
    for part in ("c", "s"):
        was, now = (rest["properties"].pop(part) for rest in (was_rest, now_rest))
        before, after = was.pop("properties"), now.pop("properties")
        needed_before, needed_after = (set(each.pop("required", ())) for each in (was, now))
        for name in before:
            if name not in after:
                reasons.append(f"{part}.{name} is gone")
            elif before[name] != after[name]:
                reasons.append(f"{part}.{name} has another type")
            elif (name in needed_before) != (name in needed_after):
                reasons.append(f"{part}.{name} is required in one of them only")
        reasons += [f"{part}.{name} is new and required" for name in needed_after - before.keys()]
        if was != now:
            reasons.append(f"{part} is laid out otherwise")
    if was_rest != now_rest:
        reasons.append("the state is laid out otherwise")
    return sorted(reasons)


class Incompatible(Exception):
    """A type's model changed in a way that needs a new version of the type."""

    def __init__(self, topic: str, reasons: Iterable[str]) -> None:
        super().__init__(f"{topic}: {'; '.join(reasons)}. Make a new version of the event.")


def revisions(folder: Path, topic: str) -> list[Schema]:
    """The committed schemas of a type, oldest first."""
    found: list[Schema] = []
    while (path := _path(folder, topic, len(found) + 1)).exists():
        found.append(_read(path))
    return found


def committed_topics(folder: Path) -> set[str]:
    """The types that have a committed schema."""
    return {path.stem.rpartition(".")[0] for path in (folder / "events").glob("*.json")}


def feed_revisions(folder: Path, topic: str) -> list[Schema]:
    """The committed schemas of a type of feed message, oldest first."""
    found: list[Schema] = []
    while (path := _feed_path(folder, topic, len(found) + 1)).exists():
        found.append(_read(path))
    return found


def write_missing(
    folder: Path = FOLDER,
    events: Mapping[str, type[Event]] = EVENTS,
    messages: Mapping[str, Schema] = MESSAGES,
) -> list[Path]:
    """Write the revisions that are missing, and the AsyncAPI document; gives what was written.

    Raises :class:`Incompatible`, before anything is written.
    """
    missing: dict[Path, Schema] = {}
    for topic, event in sorted(events.items()):
        schema, known = event_schema(event), revisions(folder, topic)
        # Another title alone makes no revision.
        if known and _plain(known[-1]) == _plain(schema):
            continue
        if known and (reasons := breaks(known[-1], schema)):
            raise Incompatible(topic, reasons)
        revision = len(known) + 1
        identity = f"urn:childhub:schema:{topic}:{revision}"
        missing[_path(folder, topic, revision)] = {"$id": identity, **schema}
    for topic, schema in messages.items():
        told = feed_revisions(folder, topic)
        # Other words alone make no revision.
        if told and message_breaks(told[-1], schema) == message_breaks(schema, told[-1]) == []:
            continue
        if told and (reasons := message_breaks(told[-1], schema)):
            raise Incompatible(topic, reasons)
        identity = f"urn:childhub:schema:{topic}:{len(told) + 1}"
        missing[_feed_path(folder, topic, len(told) + 1)] = {"$id": identity, **schema}
    for name in ("events", "feed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, schema in missing.items():
        _write(path, schema)
    document = folder / "asyncapi.json"
    if not document.exists() or _read(document) != asyncapi(folder, events, messages):
        _write(document, asyncapi(folder, events, messages))
        return [*missing, document]
    return list(missing)


def asyncapi(
    folder: Path = FOLDER,
    events: Mapping[str, type[Event]] = EVENTS,
    messages: Mapping[str, Schema] = MESSAGES,
) -> Schema:
    """The AsyncAPI 3.1 document on the committed schemas."""
    fed = {topic: len(feed_revisions(folder, topic)) for topic in messages}
    count = {topic: len(revisions(folder, topic)) for topic in sorted(events)}
    agency = {
        "agency": {
            "description": "An organisation's code, its colon written as a dash.",
            "examples": ["school-3101170001"],
        }
    }
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Child protection hub: the shared log",
            "version": f"{LAYOUT}.{sum(count.values()) + sum(fed.values())}.0",
            "description": "CloudEvents 1.0, Kafka binary mode. Sensitive fields travel sealed.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {
            "events": {
                "address": "hub.events",
                "title": "Every event, internal to the hub",
                "description": (
                    "At least once, in the order of the store within an ordering key. Readers "
                    "drop what they have seen by store position per partition."
                ),
                "messages": {topic: {"$ref": f"#/components/messages/{topic}"} for topic in count},
                "bindings": _kafka_channel(EVENTS_PARTITIONS),
            },
            "feed": {
                "address": "hub.feed.{agency}",
                "title": "What an agency's scopes cover, history included",
                "description": (
                    "At least once, in the order of a dense sequence. Readers drop what they have "
                    "seen by it and stop where a number is missing. A closing takes the child's "
                    "rows away; what there is of it now follows."
                ),
                "parameters": agency,
                "messages": {topic: {"$ref": f"#/components/messages/{topic}"} for topic in fed},
                "bindings": _kafka_channel(AGENCY_PARTITIONS),
            },
            "inbound": {
                "address": "hub.inbound.{agency}",
                "title": "An agency's own records for its adapter, sealed to the hub",
                "parameters": agency,
                "messages": {"record": {"$ref": "#/components/messages/record"}},
                "bindings": _kafka_channel(AGENCY_PARTITIONS),
            },
        },
        "operations": {
            "relayEvents": {
                "action": "send",
                "channel": {"$ref": "#/channels/events"},
                "summary": "The relay sends what the event store has recorded.",
            },
            "followEvents": {
                "action": "receive",
                "channel": {"$ref": "#/channels/events"},
                "summary": "The hub's projection workers follow the shared log.",
            },
            "feedAgency": {
                "action": "send",
                "channel": {"$ref": "#/channels/feed"},
                "summary": "The hub sends an agency what its scopes cover.",
            },
            "takeRecords": {
                "action": "receive",
                "channel": {"$ref": "#/channels/inbound"},
                "summary": "The hub takes in what an agency states.",
            },
        },
        "components": {
            "messages": {
                **{
                    topic: {
                        "name": topic,
                        "title": event.TITLE,
                        "contentType": CONTENT_TYPE,
                        "headers": {"$ref": "#/components/schemas/eventAttributes"},
                        "payload": {"$ref": f"./events/{topic}.{count[topic]}.json"},
                        "bindings": {"kafka": {"key": _UUID}},
                    }
                    for topic, event in sorted(events.items())
                },
                **{
                    topic: {
                        "name": topic,
                        "title": messages[topic]["title"],
                        "contentType": SEALED_TYPE if topic in _SEALED else CONTENT_TYPE,
                        "headers": {
                            "$ref": "#/components/schemas/"
                            + ("receiptAttributes" if topic in _SEALED else "feedAttributes")
                        },
                        "payload": (
                            {
                                "type": "string",
                                "contentEncoding": "binary",
                                "description": (
                                    "Sealed to the agency by hub.messaging.receipts.seal_receipt; "
                                    f"opens as feed/{topic}.{fed[topic]}.json."
                                ),
                            }
                            if topic in _SEALED
                            else {"$ref": f"./feed/{topic}.{fed[topic]}.json"}
                        ),
                        "bindings": {"kafka": {"key": _TEXT}},
                    }
                    for topic in fed
                },
                "record": {
                    "name": "record",
                    "title": "An agency's record, sealed by hub.messaging.inbound.seal_record",
                    "contentType": "application/octet-stream",
                    "headers": {"$ref": "#/components/schemas/recordAttributes"},
                    "payload": {"type": "string", "contentEncoding": "binary"},
                },
            },
            "schemas": {
                "eventAttributes": _attributes(
                    {
                        "ce_id": ("The position in the store.", {"pattern": "^[1-9][0-9]*$"}),
                        "ce_source": ("The hub.", {"format": "uri-reference"}),
                        "ce_type": ("The event's type as stored.", {}),
                        "ce_subject": ("The pseudonymous child_ref, else the stream.", _UUID),
                        "ce_time": ("When it was recorded.", _INSTANT),
                        "ce_partitionkey": ("The ordering key.", _UUID),
                        "ce_sequence": ("The position in 20 digits.", {"pattern": "^[0-9]{20}$"}),
                        "ce_streamid": ("The stream.", _UUID),
                        "ce_streamversion": (
                            "The place in the stream.",
                            {"pattern": "^[1-9][0-9]*$"},
                        ),
                    },
                    {
                        "ce_traceparent": (
                            "W3C Trace Context.",
                            {"pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
                        )
                    },
                    CONTENT_TYPE,
                ),
                **{
                    name: _attributes(
                        {
                            "ce_id": ("Organisation and number.", {"pattern": "^.+/[1-9][0-9]*$"}),
                            "ce_source": ("The hub.", {"format": "uri-reference"}),
                            "ce_type": ("The kind of message.", {}),
                            "ce_subject": (subject, {}),
                            "ce_time": ("When it was recorded or made.", _INSTANT),
                            "ce_partitionkey": ("The organisation.", {}),
                            "ce_sequence": (
                                "The feed's dense number in 20 digits.",
                                {"pattern": "^[0-9]{20}$"},
                            ),
                        },
                        {},
                        content_type,
                    )
                    for name, subject, content_type in (
                        ("feedAttributes", "The child, else the organisation.", CONTENT_TYPE),
                        ("receiptAttributes", "The message that is answered.", SEALED_TYPE),
                    )
                },
                "recordAttributes": _attributes(
                    {
                        "ce_id": ("The agency's own name for the message.", {}),
                        "ce_source": ("The agency.", {"format": "uri-reference"}),
                        "ce_type": ("The kind of record.", {}),
                    },
                    {},
                    "application/octet-stream",
                ),
            },
        },
    }


def _attributes(
    required: Mapping[str, tuple[str, Schema]],
    optional: Mapping[str, tuple[str, Schema]],
    content_type: str,
) -> Schema:
    """The schema of a CloudEvent's attributes as Kafka headers."""
    return {
        "type": "object",
        "required": ["content-type", "ce_specversion", *required],
        "properties": {
            "content-type": {"const": content_type},
            "ce_specversion": {"const": "1.0"},
            **{
                name: {"type": "string", "description": meaning, **more}
                for name, (meaning, more) in {**required, **optional}.items()
            },
        },
    }


def _kafka_channel(partitions: int) -> Schema:
    return {
        "kafka": {
            "partitions": partitions,
            "topicConfiguration": {
                "cleanup.policy": ["delete"],
                "retention.ms": -1,
                "retention.bytes": -1,
                "max.message.bytes": LARGEST_RECORD,
            },
            "bindingVersion": "0.5.0",
        }
    }


def _sealed(name: str, category: Category | None, flag: bool) -> Schema:
    """A sealed field as stored: what it is sealed as, and the token. A field without a category
    of its own is sealed under its event's."""
    categories = [category] if category else list(Category)
    return {
        "type": "array",
        "prefixItems": [
            {"type": "string", "enum": [each.value for each in categories]},
            {**_FLAG, "enum": [int(flag)]},
            {"const": name},
            _TOKEN,
        ],
        "minItems": 4,
        "maxItems": 4,
    }


_ANNOTATIONS = {"$id", "title", "description", "default", "examples"}


def _plain(schema: Schema) -> Schema:
    """A schema without annotations and with its definitions written out where they are used."""
    definitions = schema.get("$defs", {})

    def plain(part: Any, *, names: bool = False) -> Any:
        if isinstance(part, list):
            return [plain(each) for each in part]
        if not isinstance(part, dict):
            return deepcopy(part)
        if (ref := part.get("$ref")) is not None and not names:
            return plain(definitions[ref.removeprefix("#/$defs/")])
        return {
            # What a property is called is no annotation.
            name: plain(value, names=name == "properties" and not names)
            for name, value in part.items()
            if names or name not in _ANNOTATIONS | {"$defs"}
        }

    found: Schema = plain(schema)
    return found


def _feed_path(folder: Path, topic: str, revision: int) -> Path:
    return folder / "feed" / f"{topic}.{revision}.json"


def _path(folder: Path, topic: str, revision: int) -> Path:
    return folder / "events" / f"{topic}.{revision}.json"


def _read(path: Path) -> Schema:
    found: Schema = json.loads(path.read_text("utf-8"))
    return found


def _write(path: Path, content: Schema) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        for written in write_missing():
            print(written.relative_to(FOLDER))
    except Incompatible as refusal:
        sys.exit(str(refusal))
