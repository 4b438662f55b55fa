"""Migrations: tables made by them equal those of a new installation, and old data stays."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, inspect, text

from domain.organisations import Seat
from hub.bootstrap import program
from hub.clock import SetClock
from hub.eventstore.tables import AREA as EVENTS
from hub.keyservice import Purpose, Reader
from hub.migrate import (
    AREAS,
    OWNER,
    PassfileNeeded,
    _keep_passwords,
    migrate_folder,
    migrate_postgres,
)
from hub.settings import Settings
from hub.storage import migrate
from hub.storage.areas import VERSION_TABLE, Area, StorageBehind
from hub.storage.postgres import PostgresStorage, Server, postgres_engine
from hub.storage.sqlite import FolderStorage, create_tables, sqlite_engine
from projections.storage import PostgresViews
from projections.tables import META, view_area
from tests.program import EDUCATION, an_id_number, enrolled, pupil, rows, send
from tests.servers.postgres import PostgresServer, own_postgres
from tests.storage.opening import empty_database

SAMPLE = Path(__file__).parent / "samples" / "data-folder-0.1.0.tar.xz"
"""A data folder of the release before migrations, of invented children."""
SAMPLE_POSITION = 414
with tarfile.open(SAMPLE) as _archive:
    SAMPLE_AREAS = [area for area in AREAS if f"./{area.file}" in _archive.getnames()]
AFTERWARDS = datetime(2026, 12, 1, 1, tzinfo=UTC)


# The shape of tables


def shape(connection: Connection) -> dict[str, Any]:
    """Everything that the database tells of its tables."""
    found = inspect(connection)

    def columns(table: str) -> list[tuple[object, ...]]:
        return [
            (
                column["name"],
                str(column["type"]),
                column["nullable"],
                column["default"],
                column.get("identity"),
            )
            for column in found.get_columns(table)
        ]

    def told(each: Any) -> Any:
        if isinstance(each, dict):
            return {n: told(value) for n, value in each.items() if n != "referred_schema"}
        return str(each)

    def sorted_by_text(many: Any) -> list[dict[str, Any]]:
        return sorted(map(told, many), key=repr)

    tables = {
        table: {
            "columns": columns(table),
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted_by_text(found.get_unique_constraints(table)),
            "indexes": sorted_by_text(found.get_indexes(table)),
            "checks": sorted_by_text(found.get_check_constraints(table)),
            "foreign keys": sorted_by_text(found.get_foreign_keys(table)),
        }
        for table in found.get_table_names()
    }
    if connection.dialect.name == "sqlite":
        for row in connection.execute(text("PRAGMA table_list")):
            if row.name in tables:
                tables[row.name]["without rowid"] = row.wr
    return tables


def as_stored(tables: dict[str, Any]) -> dict[str, Any]:
    """Without what makes no difference to SQLite: two names of one kind of value, names of
    checks, and that a number which is the row's own identifier is never missing."""
    kinds = {"BIGINT": "INTEGER", "VARCHAR": "TEXT"}

    def column(table: dict[str, Any], told: tuple[Any, ...]) -> tuple[Any, ...]:
        name, kind, nullable, *rest = told
        return (name, kinds.get(kind, kind), nullable and [name] != table["primary key"], *rest)

    return {
        name: {
            **table,
            "columns": [column(table, told) for told in table["columns"]],
            "checks": sorted(each["sqltext"] for each in table["checks"]),
        }
        for name, table in tables.items()
    }


def newest(connection: Connection) -> str:
    found: str = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()
    return found


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_on_sqlite_migrations_make_what_a_new_installation_makes(
    area: Area, tmp_path: Path
) -> None:
    shapes = []
    for name in ("migrated", "created"):
        engine = sqlite_engine(tmp_path / name)
        if name == "created":
            create_tables(engine, area)
        else:
            with engine.execution_options(writing=True).begin() as connection:
                assert migrate.upgrade(connection, area) == (None, area.revision)
        with engine.begin() as connection:
            shapes.append(shape(connection))
            assert newest(connection) == area.revision
        engine.dispose()
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == {*area.tables.tables, VERSION_TABLE}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_the_newest_migration_is_what_the_area_says(area: Area) -> None:
    assert migrate.newest(area) == area.revision


@pytest.fixture(scope="module")
def migrated(postgres: PostgresServer) -> Server:
    """A database whose tables the migrations have made. Not to be changed."""
    found = empty_database(postgres)
    before = migrate_postgres(found)
    assert before == {area.name: (None, area.revision) for area in AREAS}
    return found


@pytest.fixture(scope="module")
def created(postgres: PostgresServer) -> Server:
    """A database whose tables were made from the code's own description of them."""
    found = empty_database(postgres)
    for area in AREAS:
        with psycopg.connect(**found.parameters(OWNER), autocommit=True) as owner:
            owner.execute(f"CREATE SCHEMA {area.name}")
        engine = postgres_engine(found, OWNER, area.name)
        with engine.begin() as connection:
            area.tables.create_all(connection)
            area.postgres_tables.create_all(connection)
        engine.dispose()
    return found


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_on_postgres_migrations_make_what_the_code_works_with(
    area: Area, migrated: Server, created: Server
) -> None:
    shapes = []
    for server in (migrated, created):
        engine = postgres_engine(server, OWNER, area.name)
        with engine.begin() as connection:
            shapes.append(shape(connection))
            if server is migrated:
                assert newest(connection) == area.revision
        engine.dispose()
    del shapes[0][VERSION_TABLE]
    assert shapes[0] == shapes[1]
    assert set(shapes[0]) == {*area.tables.tables, *area.postgres_tables.tables}


def test_the_shapes_tell_tables_apart(tmp_path: Path) -> None:
    """Each of these is a table that works with the code, until it does not."""
    makers = (
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER)",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER) WITHOUT ROWID",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER NOT NULL)",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b BIGINT)",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER UNIQUE)",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER CHECK (b = 1))",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER DEFAULT 1)",
        "CREATE TABLE t (a TEXT NOT NULL, b INTEGER, PRIMARY KEY (a, b))",
        "CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY, b INTEGER REFERENCES t (a))",
    )
    index = "CREATE INDEX i ON t (b)"
    shapes = []
    for number, statements in enumerate([*([m] for m in makers), [makers[0], index]]):
        engine = sqlite_engine(tmp_path / str(number))
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
            shapes.append(shape(connection))
        engine.dispose()
    assert all(one != other for one in shapes for other in shapes if one is not other)


# Again, and too late


def test_migrating_again_changes_nothing(postgres: PostgresServer) -> None:
    """Neither tables nor rights nor rows, nor what workers have made of the views."""
    server = empty_database(postgres)
    migrate_postgres(server)
    views = PostgresViews(PostgresStorage(server))
    for engine in (views.open(Seat.POLICE), views.fresh(Seat.POLICE)):
        with engine.execution_options(writing=True).begin() as connection:
            META.create_all(connection)
        engine.dispose()
    assert server.passfile is not None
    before = (_everything(server), server.passfile.read_text())
    assert migrate_postgres(server) == {a.name: (a.revision, a.revision) for a in AREAS}
    assert (_everything(server), server.passfile.read_text()) == before
    engine = views.open(Seat.POLICE)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar_one() == 0
    engine.dispose()


def _everything(server: Server) -> list[tuple[object, ...]]:
    with psycopg.connect(**server.parameters(OWNER)) as owner:
        return owner.execute(
            "SELECT nspname::text, relname::text, relkind::text, pg_class.oid, relfilenode,"
            " coalesce((SELECT array_agg(a::text ORDER BY a::text) FROM unnest(relacl) a), '{}'),"
            " coalesce((SELECT array_agg(a::text ORDER BY a::text) FROM unnest(nspacl) a), '{}')"
            " FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1, 2"
        ).fetchall()


def test_on_a_folder_migrating_again_changes_nothing(tmp_path: Path) -> None:
    for area in AREAS:
        FolderStorage(tmp_path).engine(area, create=True).dispose()
    before = {path.name: rows(path) for path in tmp_path.glob("*.sqlite")}
    assert set(before) == {area.file for area in AREAS}
    assert migrate_folder(tmp_path) == {a.name: (a.revision, a.revision) for a in AREAS}
    assert {path.name: rows(path) for path in tmp_path.glob("*.sqlite")} == before


def test_only_files_that_are_there_are_migrated(tmp_path: Path) -> None:
    assert migrate_folder(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_tables_of_a_later_release_are_neither_opened_nor_touched(
    area: Area, tmp_path: Path
) -> None:
    storage = FolderStorage(tmp_path)
    storage.engine(area, create=True).dispose()
    engine = sqlite_engine(storage.path(area))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    before = rows(storage.path(area))
    for attempt in (
        lambda: storage.engine(area),
        lambda: storage.engine(area, create=True),
        lambda: storage.database(area, RuntimeError),
        lambda: migrate_folder(tmp_path),
    ):
        with pytest.raises(StorageBehind, match=area.name):
            attempt()
    assert rows(storage.path(area)) == before


def test_tables_of_a_later_release_are_not_opened_on_postgres(postgres: PostgresServer) -> None:
    server = postgres.create()
    storage = PostgresStorage(server)
    for area in AREAS:
        with psycopg.connect(**server.parameters(OWNER, area.name), autocommit=True) as owner:
            owner.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        for attempt in (storage.engine, lambda it: storage.database(it, RuntimeError)):
            with pytest.raises(StorageBehind, match=area.name):
                attempt(area)
    with pytest.raises(StorageBehind):
        migrate_postgres(server)


def test_a_database_that_was_never_migrated_is_not_opened(postgres: PostgresServer) -> None:
    server = empty_database(postgres)
    for area in AREAS:
        with pytest.raises(StorageBehind, match=area.name):
            PostgresStorage(server).engine(area)


# A data folder of the release before


@pytest.fixture
def old(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    with tarfile.open(SAMPLE) as archive:
        archive.extractall(root, filter="data")
    return root


def open_program(root: Path) -> Any:
    return program(root, Settings(database=None), SetClock(AFTERWARDS))


def test_a_folder_of_the_release_before_goes_on_where_it_was(old: Path) -> None:
    with pytest.raises(StorageBehind), open_program(old):
        pass
    kept = {area.name: rows(old / area.file) for area in SAMPLE_AREAS}
    assert len(kept) >= 7
    found = migrate_folder(old)
    for area in SAMPLE_AREAS:
        assert found[area.name] == (migrate.BASELINE, area.revision)
        there = rows(old / area.file)
        del there[VERSION_TABLE]
        assert {name: there[name] for name in kept[area.name]} == kept[area.name], (
            "no row is lost or changed"
        )
    with open_program(old) as hub:
        assert hub.store.position == SAMPLE_POSITION
        receipts = kept[EVENTS.name]["receipts"]
        assert len(receipts) > 10
        for row in receipts:
            receipt = hub.store.receipt(row[3])
            assert receipt is not None
            assert (receipt.key, receipt.position) == (row[0], row[6])
        hub.settle()
        before = hub.store.position
        shown = hub.queries.children(Reader(EDUCATION, "handler", "u-test", Purpose.CASEWORK))
        assert shown.items, "views are made from the old log, and their fields open"
        school = hub.directory.organisations(Seat.SCHOOL)[0].name
        answer = send(hub, EDUCATION, "education.roll", enrolled(pupil(1), school))
        assert answer.position > before
        again = send(hub, EDUCATION, "education.roll", enrolled(pupil(1), school))
        assert (again.number, again.repeated) == (answer.number, True)
    assert an_id_number(1) not in str(kept)


@pytest.mark.parametrize("area", SAMPLE_AREAS, ids=lambda area: area.name)
def test_tables_of_the_release_before_become_those_of_this_one(
    old: Path, area: Area, tmp_path: Path
) -> None:
    migrate_folder(old)
    fresh = FolderStorage(tmp_path).engine(area, create=True)
    engines: list[Engine] = [sqlite_engine(old / area.file), fresh]
    shapes = []
    for engine in engines:
        with engine.begin() as connection:
            shapes.append(shape(connection))
        engine.dispose()
    # The library that keeps events on SQLite makes its own table.
    shapes[0].pop("stored_events", None)
    assert as_stored(shapes[0]) == as_stored(shapes[1])


def test_a_migration_that_is_cut_off_leaves_the_old_tables(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {area.name: rows(old / area.file) for area in SAMPLE_AREAS}

    def cut_off(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("hub.storage.migrate.command.upgrade", cut_off)
        with pytest.raises(KeyboardInterrupt):
            migrate_folder(old)
    assert {area.name: rows(old / area.file) for area in SAMPLE_AREAS} == before
    migrate_folder(old)
    with open_program(old) as hub:
        assert hub.store.position == SAMPLE_POSITION


# Roles and their passwords, on a server that has none yet


@dataclass(frozen=True)
class _Made:
    server: PostgresServer
    database: Server
    started_with: str
    roles: list[str]
    passwords: dict[str, str]


_MIGRATE = """
import sys
from pathlib import Path
from hub.migrate import migrate_postgres
from hub.storage.postgres import Server
print("ready", flush=True)
sys.stdin.readline()
print(sorted(migrate_postgres(Server(sys.argv[1], Path(sys.argv[2]))).items()))
"""


@pytest.fixture(scope="module")
def made() -> Iterator[_Made]:
    """A new server that logs every statement, on which one migration was cut off after two roles
    and then two ran at once."""
    with own_postgres() as server:
        with server.superuser() as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")
        database = empty_database(server)
        started_with = server.passfile.read_text()
        _cut_off(database)
        arguments = [sys.executable, "-c", _MIGRATE, database.url, str(database.passfile)]
        both = [
            subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        for each in both:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        said = []
        for each in both:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        for each in both:
            said.append(each.communicate(timeout=60)[0])
            assert each.returncode == 0
        ahead = [(area.name, (area.revision, area.revision)) for area in AREAS]
        assert str(sorted(ahead)) in "".join(said), "one found everything done"
        with server.superuser() as connection:
            found = connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname ~ '^hub_' AND rolname <> %s", (OWNER,)
            )
            roles = sorted(str(row[0]) for row in found)
        lines = server.passfile.read_text().splitlines()[len(started_with.splitlines()) :]
        passwords = {line.split(":")[3]: line.split(":")[4] for line in lines}
        assert len(passwords) == len(lines), "one line for each role"
        yield _Made(server, database, started_with, roles, passwords)


def _cut_off(database: Server) -> None:
    execute = psycopg.Connection.execute
    made: list[str] = []

    def cut_off(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        if getattr(query, "as_string", None) and "CREATE ROLE" in query.as_string(self):
            if len(made) == 2:
                raise KeyboardInterrupt
            made.append("role")
        return execute(self, query, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", cut_off)
        with pytest.raises(KeyboardInterrupt):
            migrate_postgres(database)


@pytest.mark.slow
def test_every_role_is_let_in_by_the_password_file_alone(made: _Made) -> None:
    assert set(made.passwords) == set(made.roles)
    assert {view_area(seat).role for seat in Seat} < set(made.roles)
    for role in made.roles:
        with psycopg.connect(**made.database.parameters(role)) as connection:
            assert connection.info.user == role


@pytest.mark.slow
def test_passwords_are_long_all_different_and_private(made: _Made) -> None:
    assert made.server.passfile.stat().st_mode & 0o777 == 0o600
    assert made.server.passfile.read_text().startswith(made.started_with)
    assert len(set(made.passwords.values())) == len(made.roles) >= 30
    assert all(len(password) >= 40 for password in made.passwords.values())


@pytest.mark.slow
def test_passwords_stand_nowhere_else(made: _Made) -> None:
    """In no file of the server, whose log repeats every statement that made a role."""
    with made.server.superuser() as connection:
        connection.execute("CHECKPOINT")
    log = (made.server.folder / "server.log").read_text()
    assert log.count("CREATE ROLE") >= len(made.roles)
    assert re.search(r"CREATE ROLE .*PASSWORD 'SCRAM-SHA-256\$", log)
    wanted = [password.encode() for password in made.passwords.values()]
    looked_at = 0
    for path in made.server.folder.rglob("*"):
        if path.is_file() and path != made.server.passfile:
            content = path.read_bytes()
            looked_at += 1
            assert not any(password in content for password in wanted), path.name
    assert looked_at > 500


def test_a_private_file_is_made_where_there_is_none(
    tmp_path: Path,
) -> None:
    passfile = tmp_path / "passwords"
    server = Server("postgresql://[::1]:7/hub", passfile)
    first = _keep_passwords(server, ["hub_a", "hub_b"])
    assert passfile.stat().st_mode & 0o777 == 0o600
    assert _keep_passwords(server, ["hub_b", "hub_c"])["hub_b"] == first["hub_b"]
    lines = passfile.read_text().splitlines()
    assert [line.rsplit(":", 2)[1] for line in lines] == ["hub_a", "hub_b", "hub_c"]
    assert lines[0] == r"\:\:1:7:*:hub_a:" + first["hub_a"]
    with pytest.raises(PassfileNeeded):
        _keep_passwords(Server(server.url), ["hub_a"])
