"""Proofs as files: what the hub hands out, and how it is checked with nothing but a public key.

A file is one JSON object. ``growth`` shows that a newer checkpoint's tree is an older one's,
grown; ``inclusion`` that a leaf of this hash stands in a checkpoint's tree, which tells whoever
may see the entry or event that it is there, and nobody else anything.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hub.audit.checkpoints import Checkpoint, check_follows, open_checkpoint
from hub.audit.merkle import ProofRefused, check_inclusion
from hub.audit.notes import NoteRefused, PublicKey


def growth(old: str, new: str, proof: Sequence[bytes]) -> dict[str, Any]:
    """Of two notes."""
    return {"kind": "growth", "old": old, "new": new, "proof": texts(proof)}


def inclusion(note: str, leaf: int, hash_: bytes, proof: Sequence[bytes]) -> dict[str, Any]:
    """Of a leaf under a note."""
    return {
        "kind": "inclusion",
        "checkpoint": note,
        "leaf": leaf,
        "hash": text(hash_),
        "proof": texts(proof),
    }


def check_file(content: str, key: PublicKey, kept: str | None = None) -> list[Checkpoint]:
    """Check a proof file, or a single checkpoint; gives the checkpoints it speaks of, the newest
    last. ``kept`` is a checkpoint that one has oneself, and that a growth must begin with.

    Raises NoteRefused for what is neither or is not the key's, ProofRefused for a proof that does
    not hold or is of something else than what was kept.
    """
    own = None if kept is None else open_checkpoint(kept, key)
    if not content.lstrip().startswith("{"):
        found = open_checkpoint(content, key)
        if own not in (None, found):
            # Two notes alone show nothing of each other.
            raise ProofRefused
        return [found]
    try:
        file: Mapping[str, Any] = json.loads(content)
        proof = hashes(file["proof"])
        if file["kind"] == "growth":
            old, new = (open_checkpoint(str(file[each]), key) for each in ("old", "new"))
            if own not in (None, old):
                raise ProofRefused
            check_follows(old, new, proof)
            return [old, new]
        if file["kind"] != "inclusion":
            raise NoteRefused
        under, leaf = open_checkpoint(str(file["checkpoint"]), key), int(file["leaf"])
        hash_ = hash_of(file["hash"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise NoteRefused from None
    if own not in (None, under):
        raise ProofRefused
    check_inclusion(leaf, under.size, hash_, proof, under.root)
    return [under]


def text(hash_: bytes) -> str:
    """A hash as files hold it."""
    return base64.b64encode(hash_).decode()


def texts(many: Sequence[bytes]) -> list[str]:
    """Hashes as files hold them."""
    return [text(each) for each in many]


def hash_of(found: str) -> bytes:
    """The reverse. Raises ValueError."""
    try:
        return base64.b64decode(found, validate=True)
    except binascii.Error as error:
        raise ValueError from error


def hashes(found: Sequence[str]) -> list[bytes]:
    """The reverse. Raises ValueError."""
    return [hash_of(each) for each in found]
