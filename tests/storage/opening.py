"""Opens single areas on files of the tests' own choosing, and makes databases to be migrated."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Any

from psycopg import sql
from sqlalchemy import Engine

from hub.encryption.keystore import KeyStore
from hub.encryption.match_index import MatchIndex
from hub.encryption.root import RootKey
from hub.eventstore.opening import open_recorder
from hub.eventstore.recorder import Recorder
from hub.migrate import OWNER
from hub.storage.areas import Area
from hub.storage.postgres import Server
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
