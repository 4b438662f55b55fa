"""Sealing what is no event: refused rows in the quarantine, attachments.

A token is ``format (1) | suite (2) | data-key version (2) | batch (16) | nonce (12) |
ciphertext and tag``. The batch is the subject of the data key: a sheet's refused rows share
one key, so that two hundred rows mint one key and not two hundred.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from pydantic import JsonValue

from hub.encryption.derive import frame
from hub.encryption.fields import FORMAT, Tampered, plain_json
from hub.encryption.keystore import KeyStore
from hub.encryption.padding import pad, unpad
from hub.encryption.suites import NONCE_BYTES, SUITES

CATEGORY = "record"
"""The category of records' data keys: no column of the matrix, so no release reaches it."""

_HEAD = struct.Struct(">B2sH16s")
_BODY = _HEAD.size + NONCE_BYTES
_RAW = b"\0"
_JSON = b"\1"


class RecordSealer:
    """Seals records under keys of their own from ``keystore``."""

    def __init__(self, keystore: KeyStore) -> None:
        self._keystore = keystore

    def prepare(self, records: Iterable[UUID]) -> None:
        """Mint the keys of records that are about to be sealed, each its own, in one transaction:
        their sealing then finds them. Raises what :meth:`seal` raises."""
        self._keystore.ensure([(record, CATEGORY) for record in records])

    def seal(
        self,
        record_id: UUID,
        purpose: str,
        value: bytes | JsonValue,
        *,
        batch: UUID | None = None,
    ) -> bytes:
        """Seal bytes or JSON for one record and purpose; gives the token.

        ``batch`` is whose data key it is (default: the record's own). Raises ``ValueError`` if
        the value is neither, :class:`SubjectErased` if the batch is, and
        :class:`KeyStoreUnavailable`.
        """
        subject = batch or record_id
        content = _RAW + value if isinstance(value, bytes) else _JSON + plain_json(value)
        key = self._keystore.ensure([(subject, CATEGORY)])[subject, CATEGORY]
        head = _HEAD.pack(FORMAT, self._keystore.suite, key.version, subject.bytes)
        nonce = os.urandom(NONCE_BYTES)
        place = _place(head, record_id, purpose)
        suite = SUITES[self._keystore.suite]
        body = suite.encrypt(suite.derive(key.key, place), nonce, pad(content), place)
        return head + nonce + body

    def open_(self, record_id: UUID, purpose: str, token: bytes) -> bytes | JsonValue:
        """What was sealed for this record and purpose.

        Raises :class:`Tampered`, and what :meth:`KeyStore.get` raises.
        """
        head = token[: _HEAD.size]
        if len(token) <= _BODY:
            raise Tampered
        form, suite, version, subject = _HEAD.unpack(head)
        if form != FORMAT or suite not in SUITES:
            raise Tampered
        key = self._keystore.get(UUID(bytes=subject), CATEGORY, version)
        place = _place(head, record_id, purpose)
        cipher = SUITES[suite]
        record_key, nonce = cipher.derive(key.key, place), token[_HEAD.size : _BODY]
        try:
            content = unpad(cipher.decrypt(record_key, nonce, token[_BODY:], place))
            if content[:1] == _RAW:
                return content[1:]
            value: JsonValue = json.loads(content[1:])
        except (InvalidTag, ValueError):
            raise Tampered from None
        return value


def _place(head: bytes, record_id: UUID, purpose: str) -> bytes:
    return frame(b"hub record 1", head, record_id.bytes, purpose.encode())
