"""A root keystore at the cheapest allowed cost, and what stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.root import Argon2Cost, RootKeystore
from tests.storage.opening import key_store, match_index

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)


@pytest.fixture
def root(tmp_path: Path) -> RootKeystore:
    return RootKeystore.create(tmp_path / "root.json", "correct horse", CHEAP)


@pytest.fixture
def keystore(tmp_path: Path, root: RootKeystore) -> Iterator[KeyStore]:
    store = key_store(tmp_path / "keys.db", root)
    yield store
    store.close()


@pytest.fixture
def index(tmp_path: Path, root: RootKeystore) -> Iterator[MatchIndex]:
    found = match_index(tmp_path / "match.db", root)
    yield found
    found.close()
