"""The key pairs of releases: each organisation's two, and the hub's own.

An organisation opens what is sealed to it by an X25519 key and signs what it asks with an Ed25519
key. The hub keeps the public halves only: the private ones are in one file that is made once. The
hub signs with an Ed25519 key derived from its root key, whose public half is in that file too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

SIGNING = "release signing"
"""The root keystore's name of the key that the hub signs releases with."""

_END = b"-----END "


class NotTheKeys(Exception):
    """A file that does not hold an organisation's keys; says nothing of its content."""


class NamedKeys(Protocol):
    """Gives the root keystore's keys by name."""

    def named_key(self, name: str) -> bytes: ...


def signing_key(root: NamedKeys) -> Ed25519PrivateKey:
    """The key that the hub signs releases with."""
    return Ed25519PrivateKey.from_private_bytes(root.named_key(SIGNING))


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What the hub knows of an organisation's key pairs."""

    sealing: X25519PublicKey
    signing: Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class OrganisationKeys:
    """An organisation's private keys, and the hub's public one."""

    sealing: X25519PrivateKey = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    hub: Ed25519PublicKey

    @classmethod
    def generate(cls, hub: Ed25519PublicKey) -> OrganisationKeys:
        """New pairs."""
        return cls(X25519PrivateKey.generate(), Ed25519PrivateKey.generate(), hub)

    @property
    def public(self) -> PublicKeys:
        """The halves that the hub keeps."""
        return PublicKeys(self.sealing.public_key(), self.signing.public_key())

    def write(self, path: Path) -> None:
        """Write them into a new file, mode 0600: three PEM blocks (RFC 8410). Raises
        FileExistsError: keys that are there are never written over."""
        private = [
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            for key in (self.sealing, self.signing)
        ]
        public = self.hub.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(b"".join((*private, public)))
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, path: Path) -> OrganisationKeys:
        """The keys of a file that :meth:`write` made. Raises :class:`NotTheKeys`, OSError."""
        try:
            sealing, signing, hub = _blocks(path.read_bytes())
            found = (
                load_pem_private_key(sealing, None),
                load_pem_private_key(signing, None),
                load_pem_public_key(hub),
            )
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise NotTheKeys from None
        match found:
            case (X25519PrivateKey(), Ed25519PrivateKey(), Ed25519PublicKey()):
                return cls(*found)
        raise NotTheKeys


def _blocks(text: bytes) -> list[bytes]:
    """The PEM blocks of a text, whatever stands between them."""
    lines, blocks = [], []
    for line in text.splitlines():
        lines.append(line)
        if line.startswith(_END):
            blocks.append(b"\n".join(lines) + b"\n")
            lines = []
    return blocks
