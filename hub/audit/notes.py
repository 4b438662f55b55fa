"""Signed notes: short texts under an Ed25519 signature, in the form that transparency logs use.

A note is its text, an empty line, and a line ``— name base64`` whose content is four bytes that
name the key and the signature (C2SP signed-note). A public key is one line of text:
``name+hash+base64``. Whoever has that line checks notes without the hub.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_HASH_BYTES = 4
_LINE = "— "


class NoteRefused(Exception):
    """The text is no note, or not one of this key's."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What notes are checked with; its text form is :meth:`line`."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, line: str) -> PublicKey:
        """From its line. Raises NoteRefused."""
        name, _, rest = line.strip().partition("+")
        tag, _, encoded = rest.partition("+")
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise NoteRefused from None
        found = cls(name, content[1:])
        if content[:1] != _ED25519 or len(found.key) != 32 or found.tag.hex() != tag or not name:
            raise NoteRefused
        return found

    @property
    def tag(self) -> bytes:
        """Four bytes that name the key in a note."""
        named = self.name.encode() + b"\n" + _ED25519 + self.key
        return hashlib.sha256(named).digest()[:_HASH_BYTES]

    @property
    def line(self) -> str:
        """The key as one line of text."""
        return f"{self.name}+{self.tag.hex()}+{base64.b64encode(_ED25519 + self.key).decode()}"

    def open_(self, note: str) -> str:
        """The text of a note of this key. Raises NoteRefused."""
        text, separator, signatures = note.rpartition("\n\n")
        if not separator:
            raise NoteRefused
        text += "\n"
        for line in signatures.splitlines():
            name, _, encoded = line.removeprefix(_LINE).partition(" ")
            if not line.startswith(_LINE) or name != self.name:
                continue
            try:
                content = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                continue
            if content[:_HASH_BYTES] == self.tag:
                self.check(text.encode(), content[_HASH_BYTES:])
                return text
        raise NoteRefused

    def check(self, content: bytes, signature: bytes) -> None:
        """Whether the signature is this key's for the content. Raises NoteRefused."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, content)
        except (InvalidSignature, ValueError):
            raise NoteRefused from None


class Signer:
    """Signs in a name. The name stands in every note and holds neither space nor plus."""

    def __init__(self, name: str, seed: bytes) -> None:
        """``seed`` is 32 random bytes: the private key (RFC 8032 §5.1.5)."""
        if not name or set(name) & set(" +\n"):
            raise ValueError("a key's name is one word without a plus")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(name, raw)

    def sign(self, content: bytes) -> bytes:
        """The 64 bytes of a signature."""
        return self._key.sign(content)

    def note(self, text: str) -> str:
        """A note of this text, whose last line ends like the others."""
        if not text.endswith("\n") or "\n\n" in text:
            raise ValueError("a note's text is whole lines, none of them empty")
        content = self.public.tag + self.sign(text.encode())
        signature = base64.b64encode(content).decode()
        return f"{text}\n{_LINE}{self.public.name} {signature}\n"
