"""An agency's record on its way in: sealed to the hub before it reaches the broker.

HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, one
shot per record. The body opens only as what it was sealed as: agency, kind and message id are
bound in (RFC 9180 §8.1 puts them into ``info``, from which the keys are derived), so that nobody
who can write to the broker passes one agency's record off as another's, or as another kind.

Base mode says nothing about who sealed: that an agency's topic is written by that agency alone is
for the broker's access rules.

A token is ``format (1) | key id (8) | encapsulated key (32) | ciphertext and tag``.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hub.encryption.derive import frame
from hub.encryption.padding import pad, unpad

FORMAT = b"\x01"
_KEY_ID_BYTES = 8
_HEAD_BYTES = len(FORMAT) + _KEY_ID_BYTES
_SMALLEST_BYTES = _HEAD_BYTES + 32 + 32 + 16
"""Head, encapsulated key, the smallest padded body, tag."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(Exception):
    """A sealed record that does not open; ``reason`` never repeats any of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def key_id(key: X25519PublicKey) -> bytes:
    """Which intake key it is: the first 8 bytes of the SHA-256 of the 32 raw bytes."""
    return sha256(key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


def seal_record(
    intake_key: X25519PublicKey, agency: str, kind: str, message_id: str, body: bytes
) -> bytes:
    """Seal an agency's record for the hub; gives the token to send.

    ``agency`` is the organisation's code, ``kind`` the record's kind (``education.absence``),
    ``message_id`` the agency's own name for the message, the same when it is sent again. The
    body is padded, so that the token's length tells little.
    """
    head = FORMAT + key_id(intake_key)
    place = _place(head, agency, kind, message_id)
    return head + _SUITE.encrypt(pad(body), intake_key, place)


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
    if len(token) < _SMALLEST_BYTES or not token.startswith(FORMAT):
        raise CannotOpen("no sealed record")
    head = token[:_HEAD_BYTES]
    wanted = head[len(FORMAT) :]
    key = next((each for each in intake_keys if key_id(each.public_key()) == wanted), None)
    if key is None:
        raise CannotOpen("sealed to another key")
    try:
        return unpad(
            _SUITE.decrypt(token[_HEAD_BYTES:], key, _place(head, agency, kind, message_id))
        )
    except (InvalidTag, ValueError):
        raise CannotOpen("not what was sealed") from None


def _place(head: bytes, agency: str, kind: str, message_id: str) -> bytes:
    return frame(b"hub inbound", head, agency.encode(), kind.encode(), message_id.encode())
