"""A store on a key store of its own. The contract suite asks for ``store_factory`` only, so that
it can be run against another recorder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.encryption.keystore import KeyStore
from hub.encryption.root import RootKeystore
from hub.eventstore.store import EventStore
from tests.program import CHEAP

StoreFactory = Callable[[], EventStore]


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    root = RootKeystore.create(tmp_path / "root", "示例口令", CHEAP)
    store = KeyStore(tmp_path / "keys", root)
    yield store
    store.close()


@pytest.fixture
def store_factory(tmp_path: Path, keys: KeyStore) -> Iterator[StoreFactory]:
    """Each call opens the same log once more, as another process would."""
    opened: list[EventStore] = []

    def another() -> EventStore:
        store = EventStore(tmp_path / "events", keys)
        opened.append(store)
        return store

    yield another
    for store in opened:
        store.close()


@pytest.fixture
def store(store_factory: StoreFactory) -> EventStore:
    return store_factory()
