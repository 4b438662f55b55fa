"""Checkpoints: what the hub has signed that a tree was, at one size and one time.

The text is that of C2SP tlog-checkpoint (origin, size, root), with three lines more: a number, so
that none can be left out in between; the time; and the hash of the checkpoint before it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.audit.merkle import HASH_BYTES, ProofRefused, check_consistency
from hub.audit.notes import NoteRefused, PublicKey
from hub.audit.tree import Tree

NO_PREVIOUS = bytes(HASH_BYTES)
"""What the first checkpoint says of the one before it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``origin`` is the key's name and the tree's; ``at`` has a time zone; ``previous`` is the
    SHA-256 of the text of the checkpoint before it."""

    origin: str
    size: int
    root: bytes
    number: int
    at: datetime
    previous: bytes

    @property
    def tree(self) -> Tree:
        """Which tree it is of. Raises NoteRefused for an origin that ends in none."""
        try:
            return Tree(self.origin.rpartition("/")[2])
        except ValueError:
            raise NoteRefused from None

    @property
    def text(self) -> str:
        """What is signed."""
        return (
            f"{self.origin}\n{self.size}\n{_text(self.root)}\n"
            f"number {self.number}\ntime {self.at.isoformat()}\nprevious {_text(self.previous)}\n"
        )

    @property
    def hash(self) -> bytes:
        """How the next one names it."""
        return hashlib.sha256(self.text.encode()).digest()

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From its text. Raises NoteRefused for anything that is not exactly one."""
        try:
            origin, size, root, number, at, previous = text.removesuffix("\n").split("\n")
            found = cls(
                origin,
                int(size),
                _bytes(root),
                int(_after("number ", number)),
                datetime.fromisoformat(_after("time ", at)),
                _bytes(_after("previous ", previous)),
            )
        except (ValueError, binascii.Error):
            raise NoteRefused from None
        # One form only: no leading zeros, no other spelling of a time.
        if found.text != text or found.at.tzinfo is None or found.size < 0:
            raise NoteRefused
        return found


def origin(name: str, tree: Tree) -> str:
    """What a tree of the hub of this name is called."""
    return f"{name}/{tree.value}"


def open_checkpoint(note: str, key: PublicKey) -> Checkpoint:
    """What the key's owner signed. Raises NoteRefused."""
    found = Checkpoint.parse(key.open_(note))
    if found.origin != origin(key.name, found.tree):
        raise NoteRefused
    return found


def check_follows(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Whether the tree of one checkpoint is that of an older one, grown. Raises ProofRefused."""
    if old.origin != new.origin:
        raise ProofRefused
    check_consistency(old.size, new.size, old.root, new.root, proof)


def _after(prefix: str, line: str) -> str:
    if not line.startswith(prefix):
        raise ValueError(line)
    return line.removeprefix(prefix)


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


def _bytes(text: str) -> bytes:
    found = base64.b64decode(text, validate=True)
    if len(found) != HASH_BYTES:
        raise ValueError("no hash")
    return found
