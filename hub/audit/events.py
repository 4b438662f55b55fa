"""What a stored event is in the tree of events, and what is signed of a stream's last version.

A leaf names stream and version in clear beside a digest of all else (topic, header, clear facts,
ciphertext, byte by byte as stored). Whoever is not to see an event can therefore still be shown
that it is there: digest, place and proof tell nothing of it. As only ciphertext is hashed, a key
that is erased changes no leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from hub.audit import merkle
from hub.encryption.derive import frame


class StoredEvent(Protocol):
    """An event of the log with its position (from 1, without a hole)."""

    @property
    def id(self) -> int: ...
    @property
    def originator_id(self) -> UUID | str: ...
    @property
    def originator_version(self) -> int: ...
    @property
    def topic(self) -> str: ...
    @property
    def state(self) -> bytes: ...


class Log(Protocol):
    """The log of events, as its recorder gives it."""

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[StoredEvent]: ...


def event_digest(topic: str, state: bytes) -> bytes:
    """The digest of all of an event that is not its place."""
    return hashlib.sha256(frame(topic.encode(), state)).digest()


def event_leaf(stream: UUID, version: int, digest: bytes) -> bytes:
    """The leaf hash of an event by its place and its digest."""
    return merkle.leaf_hash(frame(b"hub event 1", stream.bytes, version.to_bytes(8, "big"), digest))


def leaf_of(event: StoredEvent) -> bytes:
    """The leaf hash of a stored event."""
    stream = event.originator_id
    return event_leaf(
        stream if isinstance(stream, UUID) else UUID(stream),
        event.originator_version,
        event_digest(event.topic, bytes(event.state)),
    )


def last_version(origin: str, stream: UUID, version: int, leaf: int, hash_: bytes) -> bytes:
    """What is signed of a stream: the version of its last event, and where that one stands."""
    return frame(
        b"hub stream 1",
        origin.encode(),
        stream.bytes,
        version.to_bytes(8, "big"),
        leaf.to_bytes(8, "big"),
        hash_,
    )
