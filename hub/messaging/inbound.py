"""An agency's record on its way in: sealed to the hub before it reaches the broker.

The body opens only as what it was sealed as: agency, kind and message id are bound in, so that
nobody who can write to the broker passes one agency's record off as another's, or as another kind.
That an agency's topic is written by that agency alone is for the broker's access rules.

The record's attributes travel as CloudEvents 1.0 in Kafka's binary mode: ``ce_id`` the message id,
``ce_source`` the agency, ``ce_type`` the kind; the value is the token (:mod:`.sealing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub import logs
from hub.encryption.envelope import CannotOpen, key_id, open_, seal
from hub.messaging.cloudevents import Record

__all__ = [
    "SEALED_TYPE",
    "Arrived",
    "CannotOpen",
    "key_id",
    "open_record",
    "read_arrived",
    "record_of",
    "right_message_id",
    "seal_record",
]

SEALED_TYPE = "application/octet-stream"
_LABEL = b"hub inbound"
_MESSAGE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}", re.ASCII)
_KIND = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,60}", re.ASCII)


def seal_record(
    intake_key: X25519PublicKey, agency: str, kind: str, message_id: str, body: bytes
) -> bytes:
    """Seal an agency's record for the hub; gives the token to send.

    ``agency`` is the organisation's code, ``kind`` the record's kind (``education.absence``),
    ``message_id`` the agency's own name for the message, the same when it is sent again. The
    body is padded, so that the token's length tells little.
    """
    return seal(intake_key, _LABEL, (agency, kind, message_id), body)


def open_record(
    intake_keys: Iterable[X25519PrivateKey],
    agency: str,
    kind: str,
    message_id: str,
    token: bytes,
) -> bytes:
    """The body of a record that was sealed as this agency's, of this kind and message id.

    ``intake_keys`` are the hub's present key and the former ones that may still be in use.
    Raises :class:`CannotOpen`.
    """
    return open_(intake_keys, _LABEL, (agency, kind, message_id), token)


def right_message_id(text: str) -> bool:
    """Whether a text may be a message id: up to 100 letters, digits, dots, colons, dashes and
    underscores, and nothing that looks like an ID number or a telephone, since it travels in
    clear."""
    return bool(_MESSAGE_ID.fullmatch(text)) and logs.mask(text) == text


def record_of(agency: str, kind: str, message_id: str, token: bytes) -> Record:
    """A sealed record as it goes to the agency's inbound topic. Raises ValueError for a message
    id or kind that may not travel in clear."""
    if not right_message_id(message_id) or not _KIND.fullmatch(kind):
        raise ValueError("no message id or kind that may travel in clear")
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", message_id.encode()),
        ("ce_source", agency.encode()),
        ("ce_type", kind.encode()),
        ("content-type", SEALED_TYPE.encode()),
    ]
    return Record(agency.encode(), token, headers)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record as the broker gives it. What is None could not be read."""

    offset: int
    source: str | None
    message_id: str | None
    kind: str | None
    token: bytes


def read_arrived(
    offset: int, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> Arrived:
    """A record's attributes, as far as they can be read; never an error."""
    found: dict[str, str] = {}
    for name, content in headers:
        try:
            text = (content or b"").decode("ascii")
        except UnicodeDecodeError:
            continue
        # A header that stands twice says nothing.
        found[name] = "" if name in found else text
    message_id, kind = found.get("ce_id", ""), found.get("ce_type", "")
    return Arrived(
        offset=offset,
        source=found.get("ce_source") or None,
        message_id=message_id if right_message_id(message_id) else None,
        kind=kind if _KIND.fullmatch(kind) else None,
        token=value or b"",
    )
