"""A holder's shares under its new key: sealed to the old one, they can be opened by nobody but who
has that, so they are sealed anew where the holder's keys are, before the old file is destroyed.

The hub sees no share. It takes what the holder signed with its present key, of records whose share
it holds, and sealed to that key and no other.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.encryption.derive import frame
from hub.encryption.envelope import CannotOpen, open_, seal, sealed_to
from hub.sealing.holders import SHARE, ShareRefused

_FORMAT = "hub sealed record shares 1"


@dataclass(frozen=True, slots=True)
class Shares:
    """A holder's shares, by record, sealed to it; ``signature`` is the holder's own, of shares that
    it has sealed anew."""

    holder: str
    shares: Mapping[str, str]
    signature: bytes = b""

    def text(self) -> str:
        """As a file."""
        told = {
            "format": _FORMAT,
            "holder": self.holder,
            "shares": dict(sorted(self.shares.items())),
            "signature": b64encode(self.signature).decode(),
        }
        return json.dumps(told, indent=1)

    @classmethod
    def parse(cls, text: str) -> Shares:
        """The reverse of :meth:`text`. Raises :class:`ShareRefused`."""
        try:
            told = json.loads(text)
            if told["format"] != _FORMAT:
                raise ShareRefused
            shares = {str(UUID(record)): str(share) for record, share in told["shares"].items()}
            return cls(str(told["holder"]), shares, b64decode(told["signature"], validate=True))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ShareRefused from None

    def anew(
        self, opens: X25519PrivateKey, to: X25519PublicKey, signs: Ed25519PrivateKey
    ) -> Shares:
        """The same shares, sealed to another key of the holder's; made where its private keys are.
        Raises :class:`ShareRefused` if one of them is not of the old key."""
        renewed = {}
        for record, share in self.shares.items():
            place = (record, self.holder)
            try:
                plain = open_([opens], SHARE, place, b64decode(share))
            except (CannotOpen, ValueError):
                raise ShareRefused from None
            renewed[record] = b64encode(seal(to, SHARE, place, plain)).decode()
        return Shares(self.holder, renewed, signs.sign(_signed(self.holder, renewed)))

    def check(self, sealing: X25519PublicKey, signing: Ed25519PublicKey) -> None:
        """Raise :class:`ShareRefused` unless the holder signed them, each sealed to this key."""
        try:
            signing.verify(self.signature, _signed(self.holder, self.shares))
            to = [sealed_to(b64decode(share), sealing) for share in self.shares.values()]
        except (InvalidSignature, ValueError):
            raise ShareRefused from None
        if not all(to):
            raise ShareRefused


def _signed(holder: str, shares: Mapping[str, str]) -> bytes:
    parts = (part for each in sorted(shares.items()) for part in each)
    return frame(_FORMAT.encode(), holder.encode(), *(part.encode() for part in parts))
