"""The tables of searches, in a file and on a server; each opening is as another process's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.searching.tables import opened
from hub.storage.postgres import PostgresStorage
from hub.storage.sql import Database, Storage
from tests.storage.opening import FileStorage

Open = Callable[[], Database]


@pytest.fixture(params=("sqlite", "postgresql"))
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "postgresql":
        return PostgresStorage(request.getfixturevalue("database"))
    return FileStorage(tmp_path / "searching.db")


@pytest.fixture
def another(storage: Storage) -> Iterator[Open]:
    made: list[Database] = []

    def open_one() -> Database:
        made.append(opened(storage))
        return made[-1]

    yield open_one
    for each in made:
        each.close()
