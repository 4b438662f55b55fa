"""One area's tables, in a file or on a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.encryption.match_index import AREA
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Database, Storage
from hub.storage.sqlite import FolderStorage

BACKENDS = ("sqlite", "postgresql")

OpenDatabase = Callable[..., Database]


class Unavailable(Exception):
    """What the databases under test say when they cannot answer."""


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Where the tables lie: in files, then on a server."""
    if request.param == "sqlite":
        return FolderStorage(tmp_path)
    return PostgresStorage(request.getfixturevalue("database"))


@pytest.fixture
def open_database(storage: Storage) -> Iterator[OpenDatabase]:
    """Each call opens the same area once more, as another process would."""
    opened: list[Database] = []

    def another(busy_timeout: float = 10.0) -> Database:
        found = storage.database(AREA, Unavailable, create=True, busy_timeout=busy_timeout)
        opened.append(found)
        return found

    yield another
    for each in opened:
        each.close()


@pytest.fixture
def found(open_database: OpenDatabase) -> Database:
    """The area under test, opened once."""
    return open_database()
