"""A root keystore at the cheapest allowed cost, and what stands on it: in files and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.encryption import keystore as keys
from hub.encryption import match_index as matching
from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.root import Argon2Cost, RootKey, RootKeystore
from hub.storage.areas import Area
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Storage
from tests.storage.opening import FileStorage, change, select

CHEAP = Argon2Cost(memory_kib=8 * 1024, iterations=1, lanes=1)

ON_FILES = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""For what is about files, or is told by looking into one."""


class Place:
    """Where the tables of a test lie. Each opening is as another process's."""

    def __init__(self, where: Path, server: PostgresStorage | None) -> None:
        self._where = where
        self._server = server
        self._opened: list[KeyStore | MatchIndex] = []

    @property
    def typed(self) -> bool:
        """Whether a column takes values of its own type only."""
        return self._server is not None

    def key_store(self, root: RootKey, *, create: bool = True, **options: Any) -> KeyStore:
        """The key store under a root key."""
        found = KeyStore(self._of("keys.db"), root, create=create, **options)
        self._opened.append(found)
        return found

    def match_index(self, root: RootKey, *, create: bool = True, **options: Any) -> MatchIndex:
        """The match index under a root key."""
        found = MatchIndex(self._of("match.db"), root, create=create, **options)
        self._opened.append(found)
        return found

    def change_keys(self, statement: str, *values: object) -> None:
        """Change the key database behind the store's back, as its owner could."""
        change(self._of("keys.db"), keys.AREA, statement, values)

    def keys(self, columns: str = "subject, category, version") -> list[tuple[Any, ...]]:
        """What stands in the key database's rows."""
        return self._select(keys.AREA, "keys.db", f"SELECT {columns} FROM data_keys")

    def tags(self, table: str) -> list[Any]:
        """The tags of the match index, as they lie there."""
        rows = self._select(matching.AREA, "match.db", f"SELECT tag FROM {table}")
        return [tag for (tag,) in rows]

    def close(self) -> None:
        for each in self._opened:
            each.close()

    def _select(self, area: Area, name: str, statement: str) -> list[tuple[Any, ...]]:
        return select(self._of(name), area, statement)

    def _of(self, name: str) -> Storage:
        return self._server or FileStorage(self._where / name)


@pytest.fixture(params=("sqlite", "postgresql"))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    server = None
    if request.param == "postgresql":
        server = PostgresStorage(request.getfixturevalue("database"))
    found = Place(tmp_path, server)
    yield found
    found.close()


@pytest.fixture
def file_root(tmp_path: Path) -> RootKeystore:
    return RootKeystore.create(tmp_path / "root.json", "correct horse", CHEAP)


@pytest.fixture
def root(file_root: RootKeystore) -> RootKeystore:
    """The root key of tests that are not about it."""
    return file_root


@pytest.fixture
def keystore(place: Place, root: RootKeystore) -> KeyStore:
    return place.key_store(root)


@pytest.fixture
def index(place: Place, root: RootKeystore) -> MatchIndex:
    return place.match_index(root)
