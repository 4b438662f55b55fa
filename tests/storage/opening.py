"""Opens single areas on files of the tests' own choosing, and makes databases to be migrated."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.root import RootKey
from hub.eventstore.opening import open_recorder
from hub.eventstore.recorder import Recorder
from hub.migrate import OWNER
from hub.storage.areas import Area
from hub.storage.postgres import PostgresStorage, Server
from hub.storage.sql import Storage
from hub.storage.sqlite import FolderStorage, SqliteDatabase
from tests.servers.postgres import PostgresServer


class FileStorage(FolderStorage):
    """A folder in which every area lies in the one file that was named."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.parent)
        self._name = path.name

    def database(self, area: Area, unavailable: type[Exception], **options: Any) -> SqliteDatabase:
        return super().database(replace(area, file=self._name), unavailable, **options)

    def engine(self, area: Area, **options: Any) -> Engine:
        return super().engine(replace(area, file=self._name), **options)

    def path(self, area: Area) -> Path:
        return super().path(replace(area, file=self._name))


def key_store(path: Path, root: RootKey, *, create: bool = True, **options: Any) -> KeyStore:
    """A key store in a file, made if it is missing."""
    return KeyStore(FileStorage(path), root, create=create, **options)


def match_index(path: Path, root: RootKey, *, create: bool = True, **options: Any) -> MatchIndex:
    """A match index in a file, made if it is missing."""
    return MatchIndex(FileStorage(path), root, create=create, **options)


def recorder(path: Path) -> Recorder:
    """The log in a file, made if it is missing."""
    return open_recorder(FileStorage(path), create=True)


def empty_database(server: PostgresServer) -> Server:
    """A database as an administrator makes it: empty, the owner's, everybody let in."""
    name = f"hub_{secrets.token_hex(6)}"
    with server.superuser() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
    return server.server(name)


def change(storage: Storage, area: Area, statement: str, values: Sequence[object] = ()) -> None:
    """Change an area's rows behind the hub's back, as whoever owns the database could."""
    with _owned(storage, area) as execute:
        execute(statement, values)


def select(storage: Storage, area: Area, statement: str) -> list[tuple[Any, ...]]:
    """What stands in an area's rows."""
    with _owned(storage, area) as execute:
        return [tuple(row) for row in execute(statement, ())]


@contextmanager
def _owned(storage: Storage, area: Area) -> Iterator[Callable[[str, Sequence[object]], Any]]:
    if isinstance(storage, PostgresStorage):
        parameters = storage.server.parameters(OWNER, area.name)
        with psycopg.connect(**parameters) as owner:
            yield lambda statement, values: owner.execute(statement.replace("?", "%s"), values)
    elif isinstance(storage, FolderStorage):
        with closing(sqlite3.connect(storage.path(area), timeout=10)) as connection, connection:
            yield connection.execute
