"""The data keys of a sealed record, in two shares: two who hold them, and neither opens anything
without the other.

The shares are a one-time pad and the keys under it (XOR), each sealed by HPKE to one holder's
public key and bound to the record and the holder. One share alone is random bytes: unlike a key
that is sealed to one holder inside what is sealed to the other, no holder ever has the key itself,
not even while the record is opened. Only the hub joins the two, for an opening that two people
asked for and approved; what a holder gives back is sealed to the hub and signed by the holder, and
bound to that opening and its end.
"""

from __future__ import annotations

import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.encryption.derive import frame
from hub.encryption.envelope import CannotOpen, open_, seal
from hub.encryption.keystore import DataKey, commitment

SHARE = b"hub sealed record share 1"
_ANSWER = b"hub sealed record answer 1"


class ShareRefused(Exception):
    """A share, or what a holder gave back, that is not for this; never repeats any of it."""


def split(keys: Sequence[DataKey], holders: Mapping[str, X25519PublicKey]) -> dict[str, str]:
    """A record's data keys in two shares, by holder: sealed, as text. Raises ValueError unless
    there are two holders, and keys of one record."""
    records = {key.subject for key in keys}
    if len(holders) != 2 or len(records) != 1:
        raise ValueError("the keys of one record, for two holders")
    (record,) = records
    plain = json.dumps(
        [[key.category, key.version, key.key.hex(), commitment(key).hex()] for key in keys]
    ).encode()
    pad = os.urandom(len(plain))
    shares = (pad, _xor(plain, pad))
    return {
        holder: b64encode(seal(public, SHARE, (str(record), holder), share)).decode()
        for (holder, public), share in zip(holders.items(), shares, strict=True)
    }


def join(record: UUID, one: bytes, other: bytes) -> list[DataKey]:
    """The data keys of two opened shares. Raises :class:`ShareRefused` where they do not belong
    together, or are of another record."""
    try:
        rows = json.loads(_xor(one, other))
        found = [
            (DataKey(record, category, version, bytes.fromhex(key)), bytes.fromhex(committed))
            for category, version, key, committed in rows
        ]
    except (ValueError, TypeError):
        raise ShareRefused from None
    if not all(hmac.compare_digest(commitment(key), committed) for key, committed in found):
        raise ShareRefused
    return [key for key, _ in found]


def _xor(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError("not of one length")
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, slots=True)
class ShareAsked:
    """What the hub asks of a holder, for one opening: to open its share and seal it to the hub."""

    opening: UUID
    record: UUID
    holder: str
    expires_at: datetime
    case_number: str
    share: str
    hub: X25519PublicKey

    def text(self) -> str:
        """As a file. The case number is in it, so it goes from hand to hand as such a file does."""
        return json.dumps(
            {
                "format": SHARE.decode(),
                "opening": str(self.opening),
                "record": str(self.record),
                "holder": self.holder,
                "expires_at": self.expires_at.isoformat(),
                "case_number": self.case_number,
                "share": self.share,
                "hub": self.hub.public_bytes_raw().hex(),
            },
            ensure_ascii=False,
            indent=1,
        )

    @classmethod
    def parse(cls, text: str) -> ShareAsked:
        """The reverse of :meth:`text`. Raises :class:`ShareRefused`."""
        try:
            told = json.loads(text)
            if told["format"] != SHARE.decode():
                raise ShareRefused
            return cls(
                UUID(told["opening"]),
                UUID(told["record"]),
                str(told["holder"]),
                datetime.fromisoformat(told["expires_at"]),
                str(told["case_number"]),
                str(told["share"]),
                X25519PublicKey.from_public_bytes(bytes.fromhex(told["hub"])),
            )
        except (ValueError, KeyError, TypeError):
            raise ShareRefused from None


def give(asked: ShareAsked, opens: X25519PrivateKey, signs: Ed25519PrivateKey) -> str:
    """What a holder gives back, as a file; made where its private keys are. Raises
    :class:`ShareRefused` for a share that is not this holder's."""
    try:
        plain = open_([opens], SHARE, (str(asked.record), asked.holder), b64decode(asked.share))
    except (CannotOpen, ValueError):
        raise ShareRefused from None
    place = _place(asked.opening, asked.record, asked.holder, asked.expires_at)
    sealed = seal(asked.hub, _ANSWER, place, plain)
    told = {
        "format": _ANSWER.decode(),
        "opening": str(asked.opening),
        "holder": asked.holder,
        "sealed": b64encode(sealed).decode(),
        "signature": b64encode(signs.sign(_signed(place, sealed))).decode(),
    }
    return json.dumps(told, indent=1)


@dataclass(frozen=True, slots=True)
class Given:
    """What a holder gave back, as it came."""

    opening: UUID
    holder: str
    sealed: bytes
    signature: bytes

    @classmethod
    def parse(cls, text: str) -> Given:
        """What :func:`give` made. Raises :class:`ShareRefused`."""
        try:
            told = json.loads(text)
            if told["format"] != _ANSWER.decode():
                raise ShareRefused
            return cls(
                UUID(told["opening"]),
                str(told["holder"]),
                b64decode(told["sealed"], validate=True),
                b64decode(told["signature"], validate=True),
            )
        except (ValueError, KeyError, TypeError):
            raise ShareRefused from None

    def open_(
        self, record: UUID, expires_at: datetime, opens: X25519PrivateKey, signed: Ed25519PublicKey
    ) -> bytes:
        """The share in it. Raises :class:`ShareRefused` for what was not signed as this."""
        place = _place(self.opening, record, self.holder, expires_at)
        try:
            signed.verify(self.signature, _signed(place, self.sealed))
            return open_([opens], _ANSWER, place, self.sealed)
        except (InvalidSignature, CannotOpen):
            raise ShareRefused from None


def _place(opening: UUID, record: UUID, holder: str, expires_at: datetime) -> tuple[str, ...]:
    return str(opening), str(record), holder, expires_at.isoformat()


def _signed(place: Sequence[str], sealed: bytes) -> bytes:
    return frame(_ANSWER, *(part.encode() for part in place), sealed)
