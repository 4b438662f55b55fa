"""PostgreSQL as the hub uses it: a schema and a role for each area.

A process connects to an area as the area's own role and needs only the passwords of the areas it
works in; they come from a libpq password file, never from an argument or the URL.
"""

from __future__ import annotations

import hashlib
import ipaddress
import select
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import psycopg_pool
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from pydantic_core import from_json
from sqlalchemy import Engine, create_engine, event

from hub.storage.areas import VERSION_TABLE, Area, StorageBehind
from hub.storage.sql import Look, Row, Write, as_json, marks

CONNECT_TIMEOUT = 10
"""Seconds until a server that does not answer counts as unreachable."""
CHANNEL = "hub_events"
"""Where an append says that there is something new."""
LISTENING = 0.5
"""Seconds after which a listener looks whether it is to stop."""
RECONNECT = 1.0
ROWS = 64
"""Rows that one statement inserts at most."""
POOL = 8
"""Connections that one process keeps to one area at most."""


class DatabaseUrlError(Exception):
    """The database's address cannot be used; the text (Chinese) says why and what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the database is: a libpq URL without user and password, and the password file.

    Raises DatabaseUrlError for a URL that carries a password or user, or that leads beyond this
    machine without checking the server's certificate.
    """

    url: str
    passfile: Path | None = None

    def __post_init__(self) -> None:
        try:
            parts = conninfo_to_dict(self.url)
        except psycopg.ProgrammingError:
            raise DatabaseUrlError(
                "数据库地址不对。应形如 postgresql://主机:端口/数据库，请核对 HUB_DATABASE。"
            ) from None
        if parts.get("user") or parts.get("password"):
            raise DatabaseUrlError(
                "数据库地址里不能写用户名和口令：用户由程序选定，口令放在口令文件中"
                "（HUB_DATABASE_PASSFILE，libpq格式）。"
            )
        # The address is what is connected to, where both are given.
        host = str(parts.get("hostaddr") or parts.get("host") or "")
        if not on_this_machine(host) and parts.get("sslmode") != "verify-full":
            raise DatabaseUrlError(
                "数据库不在本机时必须核验其证书：请在 HUB_DATABASE 中写 sslmode=verify-full。"
            )

    def parameters(self, role: str, schema: str = "") -> dict[str, Any]:
        """Connection parameters for a role; names without a schema are looked up in ``schema``."""
        found: dict[str, Any] = {
            **conninfo_to_dict(self.url),
            "user": role,
            "connect_timeout": CONNECT_TIMEOUT,
            "application_name": f"hub {schema}".strip(),
        }
        # What a schema of the server's own defaults would add is not looked at.
        found["options"] = f"-c search_path={schema or 'pg_catalog'}"
        if self.passfile is not None:
            found["passfile"] = str(self.passfile)
        return found


def on_this_machine(host: str) -> bool:
    """Whether a host (or the folder of a socket) is this machine. A name other than localhost:
    no."""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lock_number(name: str) -> int:
    """The advisory lock of a name: 63 bits of its hash."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1


@cache
def _marked(statement: str) -> str:
    """With the server's own marks: the driver need not look through a long statement each time."""
    first, *rest = statement.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))


class _Connection:
    """A driver's connection under the one way of marking values."""

    __slots__ = ("_driver",)

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver

    def execute(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        return psycopg.RawCursor(self._driver).execute(_marked(statement), values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        with psycopg.RawCursor(self._driver) as cursor:
            cursor.executemany(_marked(statement), values)

    def insert(self, into: str, rows: Sequence[Row], otherwise: str = "") -> int:
        """As :meth:`hub.storage.sql.Connection.insert`."""
        return sum(part.rowcount for part in self.insert_in_parts(into, rows, otherwise))

    def insert_each(self, writes: Sequence[Write]) -> list[int]:
        """As :meth:`hub.storage.sql.Connection.insert_each`."""
        with _one_trip(self._driver, len(writes) - 1):
            found = [self.insert_in_parts(*write) for write in writes]
        return [sum(part.rowcount for part in parts) for parts in found]

    def insert_in_parts(
        self, into: str, rows: Sequence[Row], otherwise: str = ""
    ) -> list[psycopg.Cursor[Any]]:
        """The statements of :meth:`insert`, whose results may be still to come."""
        found = []
        for start in range(0, len(rows), ROWS):
            some = rows[start : start + ROWS]
            values = marks(len(some[0]), len(some))
            statement = f"INSERT INTO {into} VALUES {values} {otherwise}"  # noqa: S608
            found.append(self.execute(statement, [each for row in some for each in row]))
        return found


@contextmanager
def _one_trip(driver: psycopg.Connection[Any], more: int) -> Iterator[None]:
    """Statements that are sent together where there are ``more`` than one; their results are there
    at the end, and a failure of any is raised there."""
    if not more:
        yield
        return
    with driver.pipeline():
        yield


class _Guard:
    """Locks of one session, and the transaction in it."""

    def __init__(self, driver: psycopg.Connection[Any], area: str, *, alone: bool) -> None:
        self._driver = driver
        self._area = area
        self._alone = alone
        self.connection = _Connection(driver)
        self.committed = False

    def hold(self, names: Iterable[str], looks: Sequence[Look] = ()) -> list[list[Row]]:
        """As :meth:`hub.storage.sql.Guard.hold`. In one order, so that two that hold several do
        not wait for each other; who holds more later may, and the server then lets one fail.
        Whoever is alone holds everything already."""
        numbers = sorted({lock_number(f"{self._area} {name}") for name in names})
        with _one_trip(self._driver, len(looks)):
            if numbers and not self._alone:
                self._driver.execute(
                    "SELECT pg_advisory_lock(n) FROM unnest(%s::bigint[]) AS n",
                    (numbers,),
                    prepare=True,
                )
            found = [self.connection.execute(*look) for look in looks]
        return [each.fetchall() for each in found]

    def commit(self, writes: Sequence[Write] = ()) -> list[int]:
        """As :meth:`hub.storage.sql.Guard.commit`."""
        with _one_trip(self._driver, len(writes)):
            found = [self.connection.insert_in_parts(*write) for write in writes]
            self._driver.execute("COMMIT")
        self.committed = True
        return [sum(part.rowcount for part in parts) for parts in found]

    def end(self) -> None:
        """Undo what is not committed, and let go of everything. A session in which that fails is
        closed, so that it takes no lock along to whoever uses it next."""
        try:
            self._driver.execute(
                f"{'' if self.committed else 'ROLLBACK;'} SELECT pg_advisory_unlock_all()",
                prepare=False,
            )
        except psycopg.Error:
            self._driver.close()
        except BaseException:
            self._driver.close()
            raise


class PostgresDatabase:
    """One area in one schema; see :class:`hub.storage.sql.Database`."""

    def __init__(
        self,
        server: Server,
        role: str,
        area: Area,
        unavailable: type[Exception],
        *,
        busy_timeout: float = 10.0,
        connections: int = 24,
    ) -> None:
        """``connections`` are those that this process keeps to the area at most: one for each
        that is guarded at a time, and whoever finds none free waits."""
        self._area = area
        self._unavailable = unavailable
        self._patience = f"{int(busy_timeout * 1000)}ms"
        self._writing = lock_number(f"writing {area.name}")
        self._guard = lock_number(f"guard {area.name}")
        self._local = threading.local()
        self._pool = pool(server, role, area.name, size=connections, timeout=busy_timeout)
        try:
            with self._errors(), self._pool.connection() as connection:
                check_version(connection, area)
        except BaseException:
            self._pool.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[_Connection]:
        """As :meth:`hub.storage.sql.Database.reading`."""
        under_way: _Connection | None = getattr(self._local, "writing", None)
        if under_way is not None:
            with self._errors():
                yield under_way
            return
        with self._errors(), self._pool.connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with _ending(connection):
                yield _Connection(connection)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[_Connection]:
        """As :meth:`hub.storage.sql.Database.writing`."""
        if getattr(self._local, "writing", None) is not None:
            raise RuntimeError("this thread already has a transaction on this database")
        with self._errors(), self._pool.connection() as connection, _ending(connection):
            connection.execute(
                f"BEGIN; SET LOCAL lock_timeout = '{self._patience}';"
                f"{'' if durable else 'SET LOCAL synchronous_commit = off;'}"
                f"SELECT pg_advisory_xact_lock({self._writing})",
                prepare=False,
            )
            self._local.writing = found = _Connection(connection)
            try:
                yield found
            finally:
                self._local.writing = None

    def single(self, statement: str, values: Sequence[Any] = ()) -> Row:
        """As :meth:`hub.storage.sql.Database.single`."""
        with self._errors(), self._pool.connection() as connection:
            row: Row | None = _Connection(connection).execute(statement, values).fetchone()
        if row is None:
            raise self._unavailable("a row that is always there is missing")
        return row

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """As :meth:`hub.storage.sql.Database.rows`."""
        with self._errors(), self._pool.connection() as connection:
            return _Connection(connection).execute(statement, values).fetchall()

    @contextmanager
    def guarded(self, *, alone: bool) -> Iterator[_Guard]:
        """As :meth:`hub.storage.sql.Database.guarded`: locks of the session, which outlast the
        transaction and end with the connection."""
        shared = "" if alone else "_shared"
        with self._errors(), self._pool.connection() as connection:
            guard = _Guard(connection, self._area.name, alone=alone)
            try:
                # One trip each to begin and to end: texts of ours without any value, which the
                # server takes several at a time. What is kept here is of use only together with
                # an append that follows, and that one's commit flushes everything the server has
                # logged before it.
                connection.execute(
                    f"SET lock_timeout = '{self._patience}';"
                    f"SELECT pg_advisory_lock{shared}({self._guard});"
                    "BEGIN;"
                    "SET LOCAL synchronous_commit = off",
                    prepare=False,
                )
                yield guard
            finally:
                guard.end()

    def wipe_deleted(self, *tables: str) -> bool:
        """Free the space of deleted rows. What the server's write-ahead log and its backups hold
        of them is beyond an application: only the destroyed epoch key closes that."""
        with self._errors(), self._pool.connection() as connection:
            for table in tables:
                connection.execute(f"VACUUM {table}")
        return True

    def vacuum(self) -> None:
        """As :meth:`hub.storage.sql.Database.vacuum`."""
        self.wipe_deleted(*self._area.tables.tables)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            raise self._unavailable("the database cannot be used") from error


@contextmanager
def _ending(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Commit the transaction that is begun, or roll it back on any exception."""
    try:
        yield
    except BaseException:
        # What was raised is told, also where the session is gone and cannot be rolled back.
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def pool(
    server: Server,
    role: str,
    schema: str,
    *,
    size: int = POOL,
    timeout: float = CONNECT_TIMEOUT,
    configure: Callable[[psycopg.Connection[Any]], None] | None = None,
) -> psycopg_pool.ConnectionPool[psycopg.Connection[Any]]:
    """Connections to a schema as one role, each statement its own transaction. A connection that
    broke (the server was restarted) is noticed when it is taken, and replaced. ``timeout`` is in
    seconds."""

    def check(connection: psycopg.Connection[Any]) -> None:
        if _quiet(connection):
            return
        try:
            made.check_connection(connection)
        except psycopg.Error:
            # The others are as old: were each found out by itself, the pool would wait longer
            # after each, and whoever asked for one would give up.
            made.check()
            raise

    made = psycopg_pool.ConnectionPool(
        kwargs={**server.parameters(role, schema), "autocommit": True},
        connection_class=psycopg.Connection[Any],
        min_size=0,
        max_size=size,
        timeout=timeout,
        # It tries at ever longer intervals, for up to this long. Whoever asks then begins anew: a
        # server that comes back after hours is found at once.
        reconnect_timeout=timeout,
        max_idle=300,
        configure=configure,
        check=check,
        open=True,
    )
    return made


def _quiet(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has said nothing unasked. Only where it has is it asked: cheaper, and a
    connection that it closed is noticed all the same."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)


def check_version(connection: psycopg.Connection[Any], area: Area) -> None:
    """Raise StorageBehind if the schema is not at the area's version."""
    try:
        row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608
    except (errors.UndefinedTable, errors.InsufficientPrivilege):
        row = None
    if row is None or row[0] != area.revision:
        raise StorageBehind(area.name)


class Listener:
    """A thread that is told by the server when something was appended, and says so.

    Only a wake-up: whoever works looks by itself as well, so that a notice that was lost (the
    server was restarted) costs a moment and nothing else.
    """

    def __init__(self, server: Server, role: str, wake: Callable[[], None]) -> None:
        self._parameters = server.parameters(role)
        self._wake = wake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for it."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with psycopg.connect(**self._parameters, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    # What came before anybody listened.
                    self._wake()
                    while not self._stop.is_set():
                        for _ in connection.notifies(timeout=LISTENING, stop_after=1):
                            self._wake()
            except psycopg.Error:
                self._stop.wait(RECONNECT)


class PostgresStorage:
    """The areas as schemas of a database; see :class:`hub.storage.sql.Storage`.

    Tables are made by ``hub migrate`` alone: no role of an area may make any.
    """

    def __init__(self, server: Server, role: str | None = None) -> None:
        """``role`` is the one to work as everywhere, where not each area's own."""
        self.server = server
        self._role = role

    def role(self, area: Area) -> str:
        """The role that this process works as in an area."""
        return self._role or area.role

    def database(
        self,
        area: Area,
        unavailable: type[Exception],
        *,
        create: bool = False,
        busy_timeout: float = 10.0,
    ) -> PostgresDatabase:
        """An area for statements of one's own."""
        return PostgresDatabase(
            self.server, self.role(area), area, unavailable, busy_timeout=busy_timeout
        )

    def engine(self, area: Area, *, create: bool = False) -> Engine:
        """An area for SQLAlchemy."""
        engine = postgres_engine(self.server, self.role(area), area.name)
        try:
            with engine.connect() as connection:
                raw = connection.connection.driver_connection
                if raw is not None:
                    check_version(raw, area)
        except BaseException:
            engine.dispose()
            raise
        return engine


def postgres_engine(server: Server, role: str, schema: str, *, durable: bool = True) -> Engine:
    """An SQLAlchemy engine on a schema as one role. ``durable`` as for SQLite's.

    A transaction with the execution option ``writing`` begins with the schema's lock, as SQLite's
    ``BEGIN IMMEDIATE`` does: nobody else's writing runs beside it.
    """
    parameters = server.parameters(role, schema)
    if not durable:
        parameters["options"] += " -c synchronous_commit=off"

    def connect() -> psycopg.Connection[Any]:
        return psycopg.connect(**parameters)

    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        hide_parameters=True,
        json_serializer=as_json,
        json_deserializer=from_json,
        pool_size=2,
        max_overflow=POOL - 2,
        pool_pre_ping=True,
    )
    number = lock_number(f"writing {schema}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (number,))

    return engine
