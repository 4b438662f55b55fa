"""Sealed fields: one token per sensitive field of an event.

A token is ``format (1) | suite (2) | data-key version (2) | nonce (12) | ciphertext and tag``.
Format 1 is sealed under the data key of whom the event is about, format 2 under that of the record
itself, so that this key can be taken away alone (封存); whom it is about is bound in as well.
The field's subkey is derived from the data key, so that a release may hand out one field and
nothing else; the associated data is taken from the stored header, so that a token opens only in
the place it was sealed for (privacy design, "Sealed fields").
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import JsonValue

from hub.encryption.keystore import DataKey
from hub.encryption.padding import pad, unpad
from hub.encryption.suites import DEFAULT_SUITE, NONCE_BYTES, SUITES, TAG_BYTES

FORMAT = 1
OWN = 2
"""The format of a token under the data key of the record itself (``about`` in its context)."""
_HEAD = struct.Struct(">B2sH")
_BODY = _HEAD.size + NONCE_BYTES
# Fixed-width elements at their width, the lengths of the four texts, then the texts.
_AAD = struct.Struct(">9sB2s16s16s16sQH?IIII")
# Four parts as :func:`hub.encryption.derive.frame` frames them, up to the last one's content.
_SUBKEY = struct.Struct(">I11sI2sI16sI")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode


class Tampered(Exception):
    """The token, its place or its key is not what was sealed; which of them is not told."""


@dataclass(slots=True)
class FieldContext:
    """Where a field stands: everything of the stored header that its token is bound to. Cheap to
    make: a page has hundreds, and one that is frozen takes three times as long.

    ``subject`` is whose data key it is; ``field`` the field's stored path; ``version`` the
    event's place in its ``stream``; ``topic`` holds the schema version; ``producer`` the
    organisation that made the event; ``flag`` marks a field made for the matrix word ``flag``.
    ``about`` is whom the event is about where the data key is the record's own and ``subject`` is
    its stream; None where the key is that of the one whom the event is about.
    """

    subject: UUID
    category: str
    field: str
    event_id: UUID
    stream: UUID
    version: int
    topic: str
    producer: str
    flag: bool = False
    about: UUID | None = None

    @property
    def concerns(self) -> UUID:
        """Whom the event is about: whose look an opening is."""
        return self.about or self.subject

    @property
    def format(self) -> int:
        """The format of a token that stands here."""
        return FORMAT if self.about is None else OWN


def seal(
    key: DataKey, context: FieldContext, value: JsonValue, suite: bytes = DEFAULT_SUITE
) -> bytes:
    """Seal ``value`` for the place ``context``, by a suite of the allow-list; gives the token.

    Raises ``ValueError`` if the key is not the context's, or the value is no JSON.
    """
    if key.subject != context.subject or key.category != context.category:
        raise ValueError("the data key is not this field's")
    # From the operating system each time: a generator kept in memory repeats after a fork.
    nonce = os.urandom(NONCE_BYTES)
    body = SUITES[suite].encrypt(
        subkey(key.key, suite, context.event_id, context.field),
        nonce,
        pad(plain_json(value)),
        _associated(context, suite, key.version),
    )
    return _HEAD.pack(context.format, suite, key.version) + nonce + body


def open_(key: DataKey, context: FieldContext, token: bytes) -> JsonValue:
    """The value that was sealed into ``token`` at the place ``context``.

    Raises :class:`Tampered` if anything differs: token, key, or any element of the context.
    """
    return open_with_subkey(subkey_of(key, context, token), context, token)


def subkey_of(key: DataKey, context: FieldContext, token: bytes) -> bytes:
    """The key of the one field that was sealed into ``token``: what a release hands out.

    Raises :class:`Tampered` where the data key is not the field's, or the token none.
    """
    if (
        key.subject != context.subject
        or key.category != context.category
        or key.version != key_version(token)
    ):
        raise Tampered
    return subkey(key.key, token[1:3], context.event_id, context.field)


def open_with_subkey(field_key: bytes, context: FieldContext, token: bytes) -> JsonValue:
    """As :func:`open_`, for whoever was released this one field's subkey only."""
    form, suite, version = _head(token)
    if form != context.format:
        raise Tampered
    try:
        padded = SUITES[suite].decrypt(
            field_key,
            token[_HEAD.size : _BODY],
            token[_BODY:],
            _associated(context, suite, version),
        )
        value: JsonValue = _decode(unpad(padded).decode())
    except (InvalidTag, ValueError, struct.error):
        raise Tampered from None  # a JSON error would carry the plain text along
    return value


def subkey(key: bytes, suite: bytes, event_id: UUID, field: str) -> bytes:
    """The 32-byte key of one field of one event: HKDF of the data key, with the suite's hash."""
    name = field.encode()
    framed = _SUBKEY.pack(11, b"hub field 1", 2, suite, 16, event_id.bytes, len(name)) + name
    return SUITES[suite].derive(key, framed)


def key_version(token: bytes) -> int:
    """The data-key version that sealed the token. Raises :class:`Tampered` for no token."""
    return _head(token)[2]


def under_own_key(token: bytes) -> bool:
    """Whether a token names the record's own data key; its beginning is enough."""
    return token[:1] == bytes((OWN,))


def plain_json(value: JsonValue) -> bytes:
    """The compact UTF-8 JSON of ``value``. Raises ``ValueError``, never repeating the value."""
    try:
        return _encode(value).encode()
    except (TypeError, ValueError, RecursionError):
        raise ValueError("the value is no JSON") from None


def _head(token: bytes) -> tuple[int, bytes, int]:
    if len(token) < _BODY + TAG_BYTES:
        raise Tampered
    form, suite, version = _HEAD.unpack_from(token)
    if form not in (FORMAT, OWN) or suite not in SUITES:
        raise Tampered
    return form, suite, version


def _associated(context: FieldContext, suite: bytes, key_version: int) -> bytes:
    category = context.category.encode()
    field = context.field.encode()
    topic = context.topic.encode()
    producer = context.producer.encode()
    head = _AAD.pack(
        b"hub field",
        context.format,
        suite,
        context.subject.bytes,
        context.event_id.bytes,
        context.stream.bytes,
        context.version,
        key_version,
        context.flag,
        len(category),
        len(field),
        len(topic),
        len(producer),
    )
    about = b"" if context.about is None else context.about.bytes
    return head + category + field + topic + producer + about
