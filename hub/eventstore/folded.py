"""States of streams as they were folded last, so that a stream is read from where it was left.

The log decides: what is kept holds only as long as the event that it ends with stands there
unchanged, which is looked at each time together with what came since.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")
KEPT = 4_096
"""States kept at most; the one that was not asked for the longest goes first."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """``folded``, of a stream up to ``version``, whose stored event reads ``state``."""

    of: object
    version: int
    state: bytes
    folded: T


class Folded(Generic[T]):
    """The states that one process keeps. Safe for threads: what is kept is never changed."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, UUID], Kept[T]] = OrderedDict()

    def of(self, stream: object, name: str, stream_id: UUID) -> Kept[T] | None:
        """What is kept of a stream (of this very description of it), or None."""
        key = name, stream_id
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.of is not stream:
                return None
            self._kept.move_to_end(key)
            return found

    def keep(self, name: str, stream_id: UUID, kept: Kept[T]) -> None:
        """Keep the state that a stream was folded to."""
        key = name, stream_id
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
