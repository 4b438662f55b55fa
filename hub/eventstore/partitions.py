"""How the log is parted where it is read in parts: by ordering key, the same for ever."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader of a partition goes on: the next ``offset``, and the store's ``position`` up
    to which it has everything of this partition. Both are stored together: the position is what
    repetitions by the relay are known by, also those that straddle the place."""

    offset: int = 0
    position: int = 0


BEGINNING = Place()


def partition_of(ordering_key: str, partitions: int) -> int:
    """The partition of an ordering key: the first 8 bytes of its SHA-256 (big-endian) modulo the
    count.

    Relay and readers alike use it, in every release and on every machine: never Python's own
    hash, which differs by process, and no client library's, which may change. Raises
    ``ValueError`` for a count below 1.
    """
    if partitions < 1:
        raise ValueError("a topic has at least one partition")
    return int.from_bytes(sha256(ordering_key.encode()).digest()[:8], "big") % partitions
