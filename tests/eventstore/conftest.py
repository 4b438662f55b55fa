"""A store on a key store of its own. The contract suite asks for ``store_factory`` only, so that
it can be run against another recorder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.encryption.keystore import KeyStore
from hub.encryption.root import RootKeystore
from hub.eventstore.opening import open_recorder
from hub.eventstore.recorder import Recorder
from hub.eventstore.store import EventStore
from hub.storage.postgres import PostgresStorage
from tests.program import CHEAP
from tests.storage.opening import key_store, recorder

StoreFactory = Callable[[], EventStore]


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    root = RootKeystore.create(tmp_path / "root", "示例口令", CHEAP)
    store = key_store(tmp_path / "keys", root)
    yield store
    store.close()


BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(params=BACKENDS)
def open_log(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Recorder]:
    """Each call opens the same log once more, as another process would."""
    if request.param == "sqlite":
        return lambda: recorder(tmp_path / "events")
    storage = PostgresStorage(request.getfixturevalue("database"))
    return lambda: open_recorder(storage)


@pytest.fixture
def store_factory(open_log: Callable[[], Recorder], keys: KeyStore) -> Iterator[StoreFactory]:
    """Each call opens the same log once more, as another process would."""
    opened: list[EventStore] = []

    def another() -> EventStore:
        store = EventStore(open_log(), keys)
        opened.append(store)
        return store

    yield another
    for store in opened:
        store.close()


@pytest.fixture
def store(store_factory: StoreFactory) -> EventStore:
    return store_factory()
