"""Stores to relay from, and what they hold as the relay reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification

from domain.kernel import Recorded
from hub.eventstore.store import EventStore
from tests.eventstore.invented import persuasion
from tests.eventstore.sampling import SampleKeys
from tests.storage.opening import recorder

SOURCE = "urn:childhub:310117"


def sample_store(path: Path) -> EventStore:
    """A store that seals, under keys that need no key store."""
    keys: Any = SampleKeys()
    return EventStore(recorder(path), keys)


def log_of(child: UUID, stream: UUID, count: int, after: int = 0) -> list[Recorded]:
    """The next ``count`` events of a child's dropout case."""
    return [persuasion(child, stream, after + n) for n in range(1, count + 1)]


def noted(store: EventStore) -> Sequence[Notification]:
    """Everything in a store, as stored."""
    return store.recorder.select_notifications(0, 1_000_000, inclusive_of_start=False)
