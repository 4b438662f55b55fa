"""Sealing one message to one receiver: HPKE, bound to what the message is.

HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM, one
shot per message. What the message is goes into ``info``, from which the keys are derived (RFC 9180
§8.1), so that it opens as that and as nothing else. Base mode says nothing about who sealed.

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
    """A sealed message that does not open; ``reason`` never repeats any of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def key_id(key: X25519PublicKey) -> bytes:
    """Which key it is: the first 8 bytes of the SHA-256 of the 32 raw bytes."""
    return sha256(key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


def sealed_to(token: bytes, key: X25519PublicKey) -> bool:
    """Whether a token says that it is sealed to a key."""
    return token.startswith(FORMAT + key_id(key))


def seal(key: X25519PublicKey, label: bytes, parts: Iterable[str], body: bytes) -> bytes:
    """The token of a body, bound to a label and its parts. Padded, so that its length tells
    little."""
    head = FORMAT + key_id(key)
    return head + _SUITE.encrypt(pad(body), key, _place(head, label, parts))


def open_(
    keys: Iterable[X25519PrivateKey], label: bytes, parts: Iterable[str], token: bytes
) -> bytes:
    """The body of a token that was sealed to one of these keys as just this. Raises
    :class:`CannotOpen`."""
    if len(token) < _SMALLEST_BYTES or not token.startswith(FORMAT):
        raise CannotOpen("no sealed record")
    head = token[:_HEAD_BYTES]
    wanted = head[len(FORMAT) :]
    key = next((each for each in keys if key_id(each.public_key()) == wanted), None)
    if key is None:
        raise CannotOpen("sealed to another key")
    try:
        return unpad(_SUITE.decrypt(token[_HEAD_BYTES:], key, _place(head, label, parts)))
    except (InvalidTag, ValueError):
        raise CannotOpen("not what was sealed") from None


def _place(head: bytes, label: bytes, parts: Iterable[str]) -> bytes:
    return frame(label, head, *(part.encode() for part in parts))
