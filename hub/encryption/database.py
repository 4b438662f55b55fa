"""A SQLite file for secrets: durable, shared by threads and processes, wiped where deleted.

WAL with ``synchronous=FULL`` because a key that is lost after it sealed something loses that
something. One connection per thread and process: SQLite forbids carrying one across a fork.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from weakref import WeakSet

_BINDING = """
CREATE TABLE IF NOT EXISTS binding (
    id INTEGER PRIMARY KEY CHECK (id = 1), salt BLOB NOT NULL, mark BLOB NOT NULL)
"""


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly: it closes when its thread ends."""


_INHERITED: list[_Connection] = []
"""Connections a forked child got from its parent: kept, because closing one there could
checkpoint and remove the log that the parent is still writing."""


class Database:
    """One SQLite file with its schema, bound to the root key it was made under.

    Takes the ``path``, the ``schema`` (statements that may run again), a ``secret`` from the
    root key, the exception type to raise when the file cannot be used, the busy timeout in
    seconds, and whether to ``create`` a missing file. A database error comes out as
    ``unavailable``: an unreadable store is never mistaken for an empty one.
    """

    def __init__(
        self,
        path: Path,
        schema: tuple[str, ...],
        secret: bytes,
        unavailable: type[Exception],
        *,
        busy_timeout: float,
        create: bool,
    ) -> None:
        self._path = Path(os.path.realpath(path))
        self._unavailable = unavailable
        self._busy_timeout = busy_timeout
        self._local = threading.local()
        self._open: WeakSet[_Connection] = WeakSet()
        if create:
            self._create()
        with self.writing() as connection:
            for statement in (*schema, _BINDING):
                connection.execute(statement)
            self._bind(connection, secret)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent snapshot; inside :meth:`writing` on the same thread, that transaction."""
        connection = self._connection()
        if connection.in_transaction:
            with self._errors():
                yield connection
        else:
            with self._transaction(connection, "BEGIN"):
                yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the write lock from its start, so that what it read is
        still so when it writes. Committed at the end, rolled back on any exception.
        """
        connection = self._connection()
        if connection.in_transaction:
            raise RuntimeError("this thread already has a transaction on this database")
        with self._transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    def single(self, statement: str) -> tuple[object, ...]:
        """The one row of a statement without parameters, outside any transaction of its own."""
        with self._errors():
            row: tuple[object, ...] | None = self._connection().execute(statement).fetchone()
        if row is None:
            raise self._unavailable("a row that is always there is missing")
        return row

    def wipe_log(self) -> bool:
        """Move the write-ahead log into the file and empty it, so that deleted rows are gone
        from both; False when a reader in another process still holds part of it.
        """
        return self.single("PRAGMA wal_checkpoint(TRUNCATE)")[0] == 0

    def vacuum(self) -> None:
        """Rewrite the file without free pages."""
        with self._errors():
            self._connection().execute("VACUUM")
        self.wipe_log()

    def close(self) -> None:
        """Close this process's connections; the next use opens one anew."""
        for connection in list(self._open):
            connection.close()
        self._open.clear()
        self._local = threading.local()

    def _create(self) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives its log the mode of the file, so the file must be private first.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise self._unavailable("the database file cannot be made") from error

    def _connection(self) -> _Connection:
        try:
            there = os.stat(self._path)
        except OSError as error:
            raise self._unavailable("the database file cannot be reached") from error
        # A file restored over a running process has another inode; going on with the old one
        # would write keys into a file that no longer has a name.
        place = (os.getpid(), there.st_dev, there.st_ino)
        if getattr(self._local, "place", None) == place:
            held: _Connection = self._local.connection
            return held
        before = getattr(self._local, "place", None)
        if before is not None and before[0] != place[0]:
            _INHERITED.extend(self._open)
            self._open = WeakSet()
        with self._errors():
            connection = self._connect()
        self._open.add(connection)
        self._local.connection, self._local.place = connection, place
        return connection

    def _connect(self) -> _Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=rw",
            uri=True,
            isolation_level=None,
            factory=_Connection,
            timeout=self._busy_timeout,
            check_same_thread=False,  # only so that close() may close another thread's
        )
        deadline = time.monotonic() + self._busy_timeout
        while True:
            try:
                # Switching to WAL does not wait for the busy timeout when two processes start.
                connection.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    connection.close()
                    raise
                time.sleep(0.01)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        return connection

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection, begin: str) -> Iterator[None]:
        with self._errors():
            connection.execute(begin)
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unavailable("the database cannot be used") from error

    def _bind(self, connection: sqlite3.Connection, secret: bytes) -> None:
        """Refuse a database of another root key: under it every look-up would find nothing."""
        row = connection.execute("SELECT salt, mark FROM binding").fetchone()
        if row is None:
            salt = os.urandom(16)
            mark = hmac.digest(secret, salt, "sha256")
            connection.execute("INSERT INTO binding VALUES (1, ?, ?)", (salt, mark))
        elif not hmac.compare_digest(hmac.digest(secret, row[0], "sha256"), row[1]):
            raise self._unavailable("the database belongs to another root key")
