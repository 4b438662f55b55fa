"""SQLite as the hub uses it: WAL, synchronous=FULL, what is deleted overwritten.

``synchronous=FULL`` because a key that is lost after it sealed something loses that something.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import WeakSet

from pydantic_core import from_json
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from hub.storage.areas import VERSION_TABLE, Area, StorageBehind
from hub.storage.fork import call_in_forked_child
from hub.storage.sql import Look, Row, Write, as_json, create_missing, marks


class _Connection(sqlite3.Connection):
    """A connection that can be referred to weakly: it closes when its thread ends."""

    def insert(self, into: str, rows: Sequence[Row], otherwise: str = "") -> int:
        """As :meth:`hub.storage.sql.Connection.insert`."""
        if not rows:
            return 0
        statement = f"INSERT INTO {into} VALUES {marks(len(rows[0]))} {otherwise}"  # noqa: S608
        return self.executemany(statement, rows).rowcount

    def insert_each(self, writes: Sequence[Write]) -> list[int]:
        """As :meth:`hub.storage.sql.Connection.insert_each`."""
        return [self.insert(*write) for write in writes]


_INHERITED: list[_Connection] = []
"""Connections a forked child got from its parent: kept, because closing one there could
checkpoint and remove the log that the parent is still writing."""


class _Undone(Exception):
    """What is guarded ended without a commit."""


class _Guard:
    """One writer at a time holds everything."""

    def __init__(self, connection: _Connection, end: Callable[[], None]) -> None:
        self.connection = connection
        self.committed = False
        self._end = end

    def hold(self, names: Iterable[str], looks: Sequence[Look] = ()) -> list[list[Row]]:
        """As :meth:`hub.storage.sql.Guard.hold`; held already."""
        return [self.connection.execute(*look).fetchall() for look in looks]

    def commit(self, writes: Sequence[Write] = ()) -> list[int]:
        """As :meth:`hub.storage.sql.Guard.commit`."""
        written = [self.connection.insert(*write) for write in writes]
        self._end()
        self.committed = True
        return written


class SqliteDatabase:
    """One area in one SQLite file; see :class:`hub.storage.sql.Database`.

    One connection per thread and process: SQLite forbids carrying one across a fork. With
    ``create`` a missing file is made; without, it is an error, as it should be once the hub
    holds data. ``busy_timeout`` is in seconds.
    """

    def __init__(
        self,
        path: Path,
        area: Area,
        unavailable: type[Exception],
        *,
        create: bool = False,
        busy_timeout: float = 10.0,
    ) -> None:
        self._path = Path(os.path.realpath(path))
        self._unavailable = unavailable
        self._busy_timeout = busy_timeout
        self._local = threading.local()
        self._open: WeakSet[_Connection] = WeakSet()
        self._renew_lock()
        call_in_forked_child(self._renew_lock)
        if create:
            self._create(area)
        with self.writing() as connection:
            _check_version(connection, area)

    @contextmanager
    def reading(self) -> Iterator[_Connection]:
        """As :meth:`hub.storage.sql.Database.reading`."""
        connection = self._connection()
        if connection.in_transaction:
            with self._errors():
                yield connection
        else:
            with self._transaction(connection, "BEGIN"):
                yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[_Connection]:
        """As :meth:`hub.storage.sql.Database.writing`; always durable."""
        connection = self._connection()
        if connection.in_transaction:
            raise RuntimeError("this thread already has a transaction on this database")
        with self._transaction(connection, "BEGIN IMMEDIATE"):
            yield connection

    def single(self, statement: str, values: Sequence[Any] = ()) -> Row:
        """As :meth:`hub.storage.sql.Database.single`."""
        with self._errors():
            row: Row | None = self._connection().execute(statement, values).fetchone()
        if row is None:
            raise self._unavailable("a row that is always there is missing")
        return row

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """As :meth:`hub.storage.sql.Database.rows`."""
        with self._errors():
            return self._connection().execute(statement, values).fetchall()

    @contextmanager
    def guarded(self, *, alone: bool) -> Iterator[_Guard]:
        """As :meth:`hub.storage.sql.Database.guarded`; always alone, for there is one writer."""
        with self._exclusive(), suppress(_Undone), ExitStack() as stack:
            guard = _Guard(stack.enter_context(self.writing()), stack.close)
            yield guard
            if not guard.committed:
                raise _Undone

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One at a time, by a lock on a file beside the database's."""
        deadline = time.monotonic() + self._busy_timeout
        if not self._lock.acquire(timeout=self._busy_timeout):
            raise self._unavailable("somebody else has had it for too long")
        try:
            lock = self._path.with_suffix(".lock")
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                while not locked(handle):
                    if time.monotonic() > deadline:
                        raise self._unavailable("somebody else has had it for too long")
                    time.sleep(0.001)
                yield
            finally:
                os.close(handle)
        finally:
            self._lock.release()

    def wipe_deleted(self, *tables: str) -> bool:
        """Move the write-ahead log into the file and empty it, so that deleted rows are gone
        from both; False when a reader in another process still holds part of it."""
        return bool(self.single("PRAGMA wal_checkpoint(TRUNCATE)")[0] == 0)

    def vacuum(self) -> None:
        """As :meth:`hub.storage.sql.Database.vacuum`."""
        with self._errors():
            self._connection().execute("VACUUM")
        self.wipe_deleted()

    def close(self) -> None:
        """Close this process's connections; the next use opens one anew."""
        for connection in list(self._open):
            connection.close()
        self._open.clear()
        self._local = threading.local()

    def _create(self, area: Area) -> None:
        try:
            create_file(self._path)
        except OSError as error:
            raise self._unavailable("the database file cannot be made") from error
        with self._errors(), _disposing(self._path) as engine:
            create_tables(engine, area)

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

    def _renew_lock(self) -> None:
        self._lock = threading.Lock()


def sqlite_engine(path: Path, *, durable: bool = True) -> Engine:
    """An SQLAlchemy engine on one file, safe for threads and beside other processes.

    Not ``durable``: a commit does not wait for the disk. After a power cut the file is as it was
    some commits ago, and whole; for what can be made anew from elsewhere, from where it stands.

    ``BEGIN IMMEDIATE`` with the execution option ``writing``: a transaction that will write takes
    the lock at its beginning instead of failing in its middle because another process wrote first.
    """
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": 30},
        # An error of the database must not carry the values of the statement along.
        hide_parameters=True,
        json_serializer=as_json,
        json_deserializer=from_json,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        # What is deleted (a view's rows when a scope closes) is overwritten, not merely unlinked.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", False)
        statement = "BEGIN IMMEDIATE" if writing else "BEGIN"
        try:
            # Straight to the driver: as a statement of its own it costs as much as what follows.
            connection.connection.driver_connection.execute(statement)
        except sqlite3.OperationalError as error:
            raise OperationalError(statement, None, error, hide_parameters=True) from error

    return engine


class FolderStorage:
    """The areas as SQLite files of a data folder; see :class:`hub.storage.sql.Storage`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, area: Area) -> Path:
        """The file of an area."""
        return self._folder / area.file

    def database(
        self,
        area: Area,
        unavailable: type[Exception],
        *,
        create: bool = False,
        busy_timeout: float = 10.0,
    ) -> SqliteDatabase:
        """An area for statements of one's own."""
        return SqliteDatabase(
            self.path(area), area, unavailable, create=create, busy_timeout=busy_timeout
        )

    def engine(self, area: Area, *, create: bool = False) -> Engine:
        """An area for SQLAlchemy."""
        path = self.path(area)
        if create:
            create_file(path)
        elif not path.exists():
            raise StorageBehind(area.name)
        engine = sqlite_engine(path)
        try:
            if create:
                create_tables(engine, area)
            with engine.connect() as connection:
                raw = connection.connection.driver_connection
                if raw is not None:
                    _check_version(raw, area)
        except BaseException:
            engine.dispose()
            raise
        return engine


def create_file(path: Path) -> None:
    """Make a file that is private from its first moment: SQLite gives its log the file's mode.

    One that is there is not touched. Closing a descriptor of it would drop every lock that this
    process's connections hold on it; another process would then take itself for the only one, and
    put away the log that they are reading and writing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def create_tables(engine: Engine, area: Area) -> None:
    """Make an area's tables where none is there yet, at the newest version."""
    with engine.execution_options(writing=True).begin() as connection:
        if inspect(connection).get_table_names():
            return
        create_missing(connection, area.tables)
        connection.execute(
            text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        )
        connection.execute(
            text(f"INSERT INTO {VERSION_TABLE} VALUES (:revision)"),  # noqa: S608
            {"revision": area.revision},
        )


def locked(handle: int) -> bool:
    """Take the lock of an open file if nobody has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_version(connection: Any, area: Area) -> None:
    there = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ?", (VERSION_TABLE,)
    ).fetchone()
    row = there and connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608
    if not row or row[0] != area.revision:
        raise StorageBehind(area.name)


@contextmanager
def _disposing(path: Path) -> Iterator[Engine]:
    engine = sqlite_engine(path)
    try:
        yield engine
    finally:
        engine.dispose()
