"""An access log of the release before the proofs gets its tree, and goes on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import Connection, text

from hub.audit.log import AccessLog, leaf_hash
from hub.audit.merkle import Growing
from hub.audit.tables import AREA, FIELDS
from hub.audit.tree import StoredTree, Tree
from hub.migrate import OWNER
from hub.storage import migrate
from hub.storage.postgres import PostgresStorage, postgres_engine
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage, sqlite_engine
from tests.audit.conftest import BACKENDS, entry
from tests.servers.postgres import PostgresServer
from tests.storage.opening import empty_database

BEFORE = "0001"
ENTRIES = [entry(number) for number in range(21)]


def fill(connection: Connection, *, own_numbers: bool) -> None:
    """As the release before wrote entries: on PostgreSQL with a hole where one was rolled back."""
    command.upgrade(migrate._config(AREA, connection), BEFORE)
    names = [*FIELDS, "leaf"]
    values = ", ".join(f":{name}" for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    for number, each in enumerate(ENTRIES):
        if own_numbers and number in (0, 3, 20):
            connection.execute(text("SELECT nextval(pg_get_serial_sequence('access', 'seq'))"))
        row = {name: getattr(each, name) for name in FIELDS} | {"leaf": leaf_hash(each)}
        connection.execute(text(f"INSERT INTO access ({quoted}) VALUES ({values})"), row)


@pytest.fixture(params=BACKENDS)
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "sqlite":
        storage = FolderStorage(tmp_path)
        engine = sqlite_engine(storage.path(AREA))
        with engine.execution_options(writing=True).begin() as connection:
            fill(connection, own_numbers=False)
            assert migrate.upgrade(connection, AREA) == (BEFORE, AREA.revision)
        engine.dispose()
        return storage
    postgres: PostgresServer = request.getfixturevalue("postgres")
    server = empty_database(postgres)
    with psycopg.connect(**server.parameters(OWNER), autocommit=True) as owner:
        owner.execute(f"CREATE SCHEMA {AREA.name}")
    engine = postgres_engine(server, OWNER, AREA.name)
    with engine.begin() as connection:
        fill(connection, own_numbers=True)
        assert connection.execute(text("SELECT max(seq) FROM access")).scalar_one() == 24
        assert migrate.upgrade(connection, AREA) == (BEFORE, AREA.revision)
    engine.dispose()
    return PostgresStorage(server, OWNER)


def test_entries_there_were_are_leaves_in_their_order(migrated: Storage) -> None:
    log = AccessLog(migrated)
    assert log.newest(len(ENTRIES)) == ENTRIES[::-1]
    assert log.append([entry(100)]) == [len(ENTRIES)]
    edge = Growing()
    for each in [*ENTRIES, entry(100)]:
        edge.add(leaf_hash(each))
    with migrated.database(AREA, RuntimeError).reading() as connection:
        assert StoredTree(connection, Tree.ACCESS).root(edge.size) == edge.root
    log.close()
