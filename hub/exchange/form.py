"""One file of an exchange: sealed to its receiver, signed by its sender, numbered, and chained to
the file before it.

A file is a JSON object of two texts. ``note`` is a signed note (hub/audit/notes.py) whose lines say
what the file is, from whom to whom, its number, the SHA-256 of the note before, when it was made,
and the SHA-256 of its content; ``content`` is the base64 of the body, sealed by HPKE to the
receiver as just this file. Whoever carries it learns who wrote to whom, how often and when.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hub.audit.notes import NoteRefused, PublicKey, Signer
from hub.encryption.envelope import CannotOpen, open_, seal

FORMAT = "hub exchange 1"
FIRST = "0" * 64
"""Stands where the first file of a sender would name the one before."""
LARGEST = 32 * 1024 * 1024
"""Bytes of one file at most."""
_LABEL = b"hub exchange"
_NAMES = ("kind", "from", "to", "number", "previous", "made", "content")


class Kind(StrEnum):
    """What a file holds."""

    RECORDS = "records"
    """Records of the sender, for the hub to take in."""
    ANSWERS = "answers"
    """The hub's receipts and refusals, row by row."""
    TASKS = "tasks"
    """What the organisation has to do (待办), as its own person sees it."""


class Code(StrEnum):
    """Why a file is not taken."""

    FORM = "EXCHANGE_FORM"
    SENDER = "EXCHANGE_SENDER"
    SIGNATURE = "EXCHANGE_SIGNATURE"
    CHANGED = "EXCHANGE_CHANGED"
    RECEIVER = "EXCHANGE_RECEIVER"
    SEALED = "EXCHANGE_SEALED"
    USED = "EXCHANGE_NUMBER_USED"
    GAP = "EXCHANGE_GAP"
    FORKED = "EXCHANGE_FORKED"
    CONTENT = "EXCHANGE_CONTENT"


class FileRefused(Exception):
    """A file that is not taken, and why; ``awaited`` is the number that is to come first."""

    def __init__(self, code: Code, awaited: int | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.awaited = awaited


@dataclass(frozen=True, slots=True)
class Head:
    """What the note of a file says."""

    kind: Kind
    sender: str
    receiver: str
    number: int
    previous: str
    made_at: str
    content: str

    @property
    def text(self) -> str:
        values = (
            self.kind.value,
            self.sender,
            self.receiver,
            str(self.number),
            self.previous,
            self.made_at,
            self.content,
        )
        lines = (f"{name} {value}" for name, value in zip(_NAMES, values, strict=True))
        return "\n".join((FORMAT, *lines)) + "\n"

    @property
    def digest(self) -> str:
        """By which the next file names this one."""
        return sha256(self.text.encode()).hexdigest()

    @property
    def bound(self) -> tuple[str, ...]:
        """What the content is sealed as, and opens as nothing else."""
        return (self.kind.value, self.sender, self.receiver, str(self.number), self.previous)


@dataclass(frozen=True, slots=True)
class Carried:
    """A file as it was read; :func:`check` says whether to believe any of it."""

    head: Head
    note: str
    token: bytes


def close(signer: Signer, key: X25519PublicKey, head: Head, body: bytes) -> tuple[bytes, Head]:
    """The file of a body, and its head with the content's hash. ``head`` may name any hash."""
    token = seal(key, _LABEL, head.bound, body)
    signed = Head(
        head.kind,
        head.sender,
        head.receiver,
        head.number,
        head.previous,
        head.made_at,
        sha256(token).hexdigest(),
    )
    file = {"note": signer.note(signed.text), "content": b64encode(token).decode()}
    return json.dumps(file, indent=1).encode() + b"\n", signed


def read(file: bytes) -> Carried:
    """A file's parts, nothing of them checked. Raises FileRefused."""
    if len(file) > LARGEST:
        raise FileRefused(Code.FORM)
    try:
        found = json.loads(file)
        note, token = str(found["note"]), b64decode(found["content"], validate=True)
        text, separator, _ = note.rpartition("\n\n")
        if not separator:
            raise ValueError
        return Carried(_parsed(text + "\n"), note, token)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileRefused(Code.FORM) from None


def check(carried: Carried, key: PublicKey, receiver: str) -> None:
    """Whether the sender signed just this, to ``receiver``. Raises FileRefused."""
    try:
        signed = key.open_(carried.note)
    except NoteRefused:
        raise FileRefused(Code.SIGNATURE) from None
    if signed != carried.head.text or key.name != carried.head.sender:
        raise FileRefused(Code.SIGNATURE)
    if sha256(carried.token).hexdigest() != carried.head.content:
        raise FileRefused(Code.CHANGED)
    if carried.head.receiver != receiver:
        raise FileRefused(Code.RECEIVER)


def body_of(carried: Carried, keys: Iterable[X25519PrivateKey]) -> bytes:
    """What was sealed. Raises FileRefused."""
    try:
        return open_(keys, _LABEL, carried.head.bound, carried.token)
    except CannotOpen:
        raise FileRefused(Code.SEALED) from None


def follows(head: Head, number: int, digest: str) -> None:
    """Whether a file is the next one after the one with this number and digest (0 and
    :data:`FIRST` before any). Raises FileRefused: one is missing, or another one stands there."""
    if head.number > number + 1:
        raise FileRefused(Code.GAP, awaited=number + 1)
    if head.number <= number:
        raise FileRefused(Code.USED, awaited=number + 1)
    if head.previous != digest:
        raise FileRefused(Code.FORKED, awaited=number + 1)


def _parsed(text: str) -> Head:
    first, *lines = text.splitlines()
    values = [line.partition(" ")[2] for line in lines]
    names = tuple(line.partition(" ")[0] for line in lines)
    if first != FORMAT or names != _NAMES:
        raise ValueError
    kind, sender, receiver, number, previous, made_at, content = values
    head = Head(Kind(kind), sender, receiver, int(number), previous, made_at, content)
    if head.text != text or head.number < 1:
        raise ValueError
    return head
