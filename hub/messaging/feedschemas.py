"""JSON Schemas of what goes to agencies and what they send: committed beside the events' own.

A fact is the row that the hub's view of the agency holds, its clear facts as the event's own schema
(``c``) says, as far as the agency may see them. A receipt is sealed; its schema is of what opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_UUID: Schema = {"type": "string", "format": "uuid"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"anyOf": [_TEXT, {"type": "null"}]}
_POSITION: Schema = {"type": "integer"}


def _object(title: str, properties: Mapping[str, Schema], optional: frozenset[str]) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "required": sorted(properties.keys() - optional),
        "properties": dict(sorted(properties.items())),
    }


def _told(text: str, schema: Schema) -> Schema:
    return {"description": text, **schema}


_FACT = {
    "organisation": _told("Whose view it is.", _TEXT),
    "child_ref": _told("The child's pseudonym; empty: nobody known.", _TEXT),
    "position": _told("The store's own position: identity and order.", _POSITION),
    "stream": _UUID,
    "version": _told("The place in the stream.", _POSITION),
    "event_id": _UUID,
    "topic": _told("The event's type at its newest version.", _TEXT),
    "stored_topic": _told("The type under which it was sealed.", _TEXT),
    "category": _TEXT,
    "by": _told("By which right it is seen.", _TEXT),
    "subject": _UUID,
    "producer": _told("The organisation that stated it.", _TEXT),
    "author": _told("Who stated it, a pseudonym.", _TEXT),
    "legal_basis": _TEXT,
    "occurred_at": _INSTANT,
    "recorded_at": _INSTANT,
    "rule_version": _TEXT,
    "clear": _told("Clear facts.", {"type": "object"}),
    "sealed": _told(
        "Sealed fields: name, and category, flag, stored field name, token.", {"type": "object"}
    ),
}
_CLOSED = {
    "organisation": _told("Whose rows go.", _TEXT),
    "child_ref": _told(
        "The child whose rows are to be deleted; null: everything.",
        {"anyOf": [_UUID, {"type": "null"}]},
    ),
}
_FAULT: Schema = {
    "type": "object",
    "required": ["advice", "code", "column", "rule"],
    "properties": dict.fromkeys(("advice", "code", "column", "rule"), _TEXT),
}
_RECEIPT = {
    "message_id": _told("The message that is answered (ce_id).", _TEXT),
    "outcome": {"type": "string", "enum": ["accepted", "refused"]},
    "number": _told("The receipt number (回执号).", _TEXT_OR_NULL),
    "repeated": _told("Received before, nothing changed.", {"type": "boolean"}),
    "corrected": _told("It corrects what was received before.", {"type": "boolean"}),
    "faults": _told(
        "By code, column, rule and advice (Chinese); never a value.",
        {"type": "array", "items": _FAULT},
    ),
    "quarantine_id": _told("Where it waits to be corrected (待更正).", _TEXT_OR_NULL),
    "report": _told("The receipt of a mandatory report that went out with it.", _TEXT_OR_NULL),
}

MESSAGES: Mapping[str, Schema] = {
    "hub.feed.fact.v1": _object("A fact that the agency may see", _FACT, frozenset()),
    "hub.feed.closed.v1": _object("What the agency is to delete", _CLOSED, frozenset()),
    "hub.feed.receipt.v1": _object("The answer to a record, as it opens", _RECEIPT, frozenset()),
}
"""By CloudEvents type. A property that is added later is optional."""


def message_breaks(old: Schema, new: Schema) -> list[str]:
    """Why a reader who knows ``old`` might not cope with ``new``: none when the two differ in
    added optional properties, and in words."""
    reasons = []
    before, after = old["properties"], new["properties"]
    for name in before:
        if name not in after:
            reasons.append(f"{name} is gone")
        elif _bare(before[name]) != _bare(after[name]):
            reasons.append(f"{name} has another type")
        elif (name in old["required"]) != (name in new["required"]):
            reasons.append(f"{name} is required in one of them only")
    reasons += [f"{name} is new and required" for name in new["required"] if name not in before]
    return sorted(reasons)


def _bare(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "description"}
