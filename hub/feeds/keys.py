"""X25519 keys as files and lines: the agencies' own, and the hub's intake key.

A public key is one line, the base64 of its 32 raw bytes; a private key is a PEM file (PKCS#8,
RFC 8410) that only its owner may read.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

INTAKE = "intake"
"""The name of the hub's intake key in the root keystore."""


class NotAKey(Exception):
    """A file or line that holds no key of the kind asked for; says nothing of its content."""


class NamedKeys(Protocol):
    """Gives the root keystore's keys by name."""

    def named_key(self, name: str) -> bytes: ...


def intake_key(root: NamedKeys) -> X25519PrivateKey:
    """The key that agencies seal their records to. It is derived from the root key, so that it
    lies in no further file and is restored with it."""
    return X25519PrivateKey.from_private_bytes(root.named_key(INTAKE))


def public_line(key: X25519PublicKey) -> str:
    """A public key as people pass it on."""
    return b64encode(key.public_bytes_raw()).decode()


def read_public(text: str) -> X25519PublicKey:
    """A public key as :func:`public_line` writes it. Raises :class:`NotAKey`."""
    try:
        found = X25519PublicKey.from_public_bytes(b64decode(text.strip(), validate=True))
    except ValueError:
        raise NotAKey from None
    return found


def new_private_file(path: Path) -> X25519PrivateKey:
    """Make a private key in a file of its own, mode 0600. Raises FileExistsError: a key that is
    there is never written over."""
    key = X25519PrivateKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return key


def read_private_file(path: Path) -> X25519PrivateKey:
    """The private key in a file. Raises :class:`NotAKey`, OSError."""
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise NotAKey from None
    if not isinstance(found, X25519PrivateKey):
        raise NotAKey
    return found
