"""A store that seals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.eventstore.store import EventStore
from tests.messaging.logs import sample_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    store = sample_store(tmp_path / "events")
    yield store
    store.close()
