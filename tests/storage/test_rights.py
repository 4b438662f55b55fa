"""Who may do what on PostgreSQL, by trying: what is granted works, and the server refuses all else.

Nothing here names an area: the tests follow :data:`hub.migrate.AREAS` and :class:`Seat`, so that an
area that is added is covered by being there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import psycopg
import pytest
from psycopg import errors, sql
from sqlalchemy import Table

from domain.organisations import Seat
from hub.audit.tables import AREA as AUDIT
from hub.migrate import AREAS, OWNER, migrate_postgres
from hub.storage.areas import VERSION_TABLE, Area, role_of
from hub.storage.postgres import PostgresStorage, Server
from projections.storage import PostgresViews
from projections.tables import META, rebuild_schema, view_area
from tests.servers.postgres import PostgresServer
from tests.storage.opening import empty_database

Cursor = psycopg.Cursor[tuple[object, ...]]
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
LOCKING = frozenset({"UPDATE", "DELETE", "TRUNCATE", "MAINTAIN"})
REFUSED = errors.InsufficientPrivilege


BEYOND = (
    "CREATE TEMPORARY TABLE mine (a int)",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION pg_trgm",
    "CREATE ROLE mine",
    f"SET ROLE {OWNER}",
    "SET ROLE postgres",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT rolpassword FROM pg_authid",
    "SET log_statement = 'all'",
    "SET session_replication_role = replica",
)
"""What no role of the hub may do, wherever."""


def tables(area: Area) -> dict[str, Table]:
    """Every table of an area on PostgreSQL."""
    return {**area.tables.tables, **area.postgres_tables.tables}


AREA_TABLES = [(area.name, name) for area in AREAS for name in sorted(tables(area))]
AREA_TABLES += [(area.name, VERSION_TABLE) for area in AREAS]


@cache
def granted() -> dict[tuple[str, str, str], frozenset[str]]:
    """(role, area, table) → the rights that stand in the areas' own declarations."""
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    for area in AREAS:
        given = {area.role: area.grants}
        given |= {role_of(other): grants for other, grants in area.others.items()}
        for role, grants in given.items():
            found[role, area.name, VERSION_TABLE] = frozenset({"SELECT"})
            for table, rights in grants.items():
                found[role, area.name, table] = frozenset(
                    right.strip() for right in rights.split(",")
                )
    return found


VIEW_ROLES = {view_area(seat).role: seat for seat in Seat}
ROLES = sorted({role for role, _, _ in granted()} | set(VIEW_ROLES))


@dataclass(frozen=True)
class _Try:
    """Something to try with one right on one table; with no row to find, it changes nothing."""

    right: str
    statement: sql.Composed


def tries(area: str, table: str) -> list[_Try]:
    """A statement for each right, on one table."""
    place = sql.SQL("{}.{}").format(sql.Identifier(area), sql.Identifier(table))
    if table == VERSION_TABLE:
        column = sql.Identifier("version_num")
    else:
        found = next(tables(each)[table] for each in AREAS if each.name == area)
        column = sql.Identifier(next(c.name for c in found.columns if c.identity is None))
    patterns = {
        "SELECT": "SELECT * FROM {t} LIMIT 0",
        "INSERT": "INSERT INTO {t} ({c}) SELECT NULL WHERE false",
        "UPDATE": "UPDATE {t} SET {c} = NULL WHERE false",
        "DELETE": "DELETE FROM {t} WHERE false",
        "TRUNCATE": "TRUNCATE {t}",
        "MAINTAIN": "ANALYZE {t}",
        "LOCK": "LOCK TABLE {t} IN ACCESS EXCLUSIVE MODE",
        "ALTER": "ALTER TABLE {t} ADD COLUMN more text",
        "DROP": "DROP TABLE {t}",
        "INDEX": "CREATE INDEX ON {t} ({c})",
        "GRANT": "GRANT SELECT ON {t} TO PUBLIC",
        "POLICY": "ALTER TABLE {t} DISABLE TRIGGER ALL",
    }
    return [
        _Try(right, sql.SQL(text).format(t=place, c=column)) for right, text in patterns.items()
    ]


@pytest.fixture(scope="module")
def server(postgres: PostgresServer) -> Server:
    """A database that the whole module tries its rights on: nothing here changes anything."""
    found = empty_database(postgres)
    migrate_postgres(found)
    return found


def connect(server: Server, role: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(**server.parameters(role), autocommit=True)


@pytest.fixture(scope="module", params=ROLES)
def acting(server: Server, request: pytest.FixtureRequest) -> Iterator[tuple[str, Cursor]]:
    """Each role in turn, let in by its own password."""
    with connect(server, request.param) as connection, connection.cursor() as cursor:
        yield request.param, cursor


def refused(cursor: Cursor, statement: sql.Composable | str) -> bool:
    """Whether the server refuses; whatever it does is undone. Of some it only warns."""
    notices: list[str] = []

    def note(diagnostic: errors.Diagnostic) -> None:
        notices.append(diagnostic.message_primary or "")

    connection = cursor.connection
    connection.add_notice_handler(note)
    if isinstance(statement, str):
        statement = sql.SQL(statement)
    try:
        # One message is one transaction.
        cursor.execute(sql.SQL("{}; ROLLBACK").format(statement))
    except REFUSED:
        return True
    finally:
        connection.remove_notice_handler(note)
    warned = ("permission denied", "no privileges were granted")
    return any(text in notice for notice in notices for text in warned)


def test_every_table_can_be_done_only_what_its_area_grants(
    acting: tuple[str, Cursor],
) -> None:
    role, cursor = acting
    for area, table in AREA_TABLES:
        rights = granted().get((role, area, table), frozenset())
        for each in tries(area, table):
            # Whoever may change rows may lock them out as well.
            enough = LOCKING if each.right == "LOCK" else {each.right}
            allowed = bool(enough & rights)
            assert refused(cursor, each.statement) is not allowed, (area, table, each.right)


def test_what_is_recorded_is_changed_by_no_role() -> None:
    """Of what a role may do: what must never be among it, whoever edits a declaration."""
    append_only = {("events", name) for name in ("stored_events", "event_index", "receipts")}
    append_only |= {("audit", name) for name in AUDIT.tables.tables}
    append_only |= {("keys", "fences")}
    assert append_only <= set(AREA_TABLES)
    for (role, area, table), rights in granted().items():
        if (area, table) in append_only:
            assert rights <= {"SELECT", "INSERT"}, (role, table)
        assert rights <= set(RIGHTS) - {"TRUNCATE", "REFERENCES", "TRIGGER"}, (role, table)


def test_who_only_follows_the_log_reads_events_and_no_word_of_anybody() -> None:
    """The role of a process that projects: no receipt, key, index, access, login or token."""
    mine = {key: rights for key, rights in granted().items() if key[0] == role_of("feed")}
    assert set(mine.values()) == {frozenset({"SELECT"})}
    read = {(area, table) for _, area, table in mine if table != VERSION_TABLE}
    assert read >= {("events", "stored_events"), ("events", "event_index")}
    # How far the log has come, and which organisations there are.
    assert read <= {
        ("events", "stored_events"),
        ("events", "event_index"),
        ("relay", "positions"),
        ("directory", "organisations"),
    }


def _schemas(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    rows = connection.execute(
        "SELECT nspname FROM pg_namespace"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    return [str(row[0]) for row in rows]


def test_tables_are_made_in_a_views_own_schemas_only(
    server: Server, acting: tuple[str, Cursor]
) -> None:
    role, cursor = acting
    seat = VIEW_ROLES.get(role)
    own = {view_area(seat).name, rebuild_schema(seat)} if seat else set()
    schemas = _schemas(cursor.connection)
    assert {area.name for area in AREAS} <= set(schemas)
    assert own <= set(schemas)
    for schema in schemas:
        for what in ("TABLE {}.mine (a int)", "VIEW {}.mine AS SELECT 1", "SEQUENCE {}.mine"):
            statement = sql.SQL("CREATE " + what).format(sql.Identifier(schema))
            assert refused(cursor, statement) is (schema not in own), (schema, what)
    for text in BEYOND:
        assert refused(cursor, text), text
    for alone in ("CREATE DATABASE mine", "ALTER SYSTEM SET log_statement = 'all'"):
        with pytest.raises(REFUSED):
            cursor.execute(sql.SQL(alone))


def test_a_view_is_its_own_seats_alone(
    server: Server, acting: tuple[str, Cursor], filled: Sequence[str]
) -> None:
    """Of every seat's view, in use and being made anew, by every role."""
    role, cursor = acting
    seat = VIEW_ROLES.get(role)
    own = {view_area(seat).name, rebuild_schema(seat)} if seat else set()
    names = sorted(META.tables)
    for schema, table in itertools.product(filled, names):
        place = sql.Identifier(schema, table)
        texts = ["SELECT * FROM {} LIMIT 0"]
        if table == names[-1] or schema in own:
            texts += ["DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
        for text in texts:
            statement = sql.SQL(text).format(place)
            assert refused(cursor, statement) is (schema not in own), (schema, table, text)


@pytest.fixture(scope="module")
def filled(server: Server) -> list[str]:
    """Every seat's views, made by its own role; gives their schemas."""
    views = PostgresViews(PostgresStorage(server))
    schemas = []
    for seat in Seat:
        for engine in (views.open(seat), views.fresh(seat)):
            with engine.execution_options(writing=True).begin() as connection:
                META.create_all(connection)
            engine.dispose()
        schemas += [view_area(seat).name, rebuild_schema(seat)]
    return schemas


def test_no_role_is_more_than_a_role(postgres: PostgresServer, server: Server) -> None:
    with postgres.superuser() as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication"
            " OR rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname ~ '^hub_'"
        ).fetchall()
        assert {str(row[0]) for row in rows if row[0] != OWNER} == set(ROLES)
        assert [row for row in rows if row[0] != OWNER and (row[1] or not row[2])] == []
        members = connection.execute(
            "SELECT m.rolname, r.rolname FROM pg_auth_members"
            " JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid"
        ).fetchall()
        # Whoever makes a role may give it to others; but none of the hub's is given to another.
        assert {str(member) for member, _ in members} <= {OWNER, "postgres", "pg_monitor"}


def test_nobody_but_the_roles_is_let_in(postgres: PostgresServer, server: Server) -> None:
    """Neither without a password, nor with one of a role that has no business here."""
    name = server.url.rsplit("/", 1)[1]
    with postgres.superuser() as connection:
        connection.execute("DROP ROLE IF EXISTS passer_by")
        connection.execute("CREATE ROLE passer_by LOGIN PASSWORD 'by'")
        try:
            with pytest.raises(psycopg.OperationalError, match="does not have CONNECT"):
                psycopg.connect(
                    host="127.0.0.1",
                    port=postgres.port,
                    dbname=name,
                    user="passer_by",
                    password="by",
                )
        finally:
            connection.execute("DROP ROLE passer_by")
    for role in ROLES:
        parameters = server.parameters(role)
        del parameters["passfile"]
        for password in ("", role, "wrong"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(**parameters, password=password, passfile="/nonexistent")


def test_everybody_has_nothing(postgres: PostgresServer, server: Server) -> None:
    """No right of PUBLIC on anything of ours: database, schemas, tables, sequences, routines."""
    with postgres.superuser(server.url.rsplit("/", 1)[1]) as connection:
        for catalogue, name, acl, kind in (
            ("pg_database", "datname", "datacl", "d"),
            ("pg_namespace", "nspname", "nspacl", "n"),
        ):
            rows = connection.execute(
                f"SELECT {name} FROM {catalogue},"
                f" aclexplode(coalesce({acl}, acldefault('{kind}', 10::oid))) AS a"
                f" WHERE a.grantee = 0 AND {name} !~ '^pg_' AND {name} <> 'information_schema'"
                + (" AND datname = current_database()" if kind == "d" else "")
            ).fetchall()
            assert rows == [], catalogue
        rows = connection.execute(
            "SELECT relname, a.privilege_type FROM pg_class"
            " JOIN pg_namespace n ON n.oid = relnamespace,"
            " aclexplode(relacl) AS a WHERE a.grantee = 0"
            " AND nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
        assert rows == []
        rows = connection.execute(
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace"
            " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
        assert rows == [], "a routine can be executed by everybody unless that is taken away"


def test_a_right_that_is_given_up_is_taken_back(
    postgres: PostgresServer,
) -> None:
    """From a role that an area names no more as well."""
    server = postgres.create()
    area = AREAS[0]
    stranger = ROLES[-1]
    assert (stranger, area.name, VERSION_TABLE) not in granted()
    with connect(server, OWNER) as owner:
        owner.execute(f"GRANT USAGE, CREATE ON SCHEMA {area.name} TO {stranger}")
        for table in tables(area):
            owner.execute(f"GRANT ALL ON {area.name}.{table} TO {stranger}, {area.role}")
    migrate_postgres(server)
    with connect(server, stranger) as connection, connection.cursor() as cursor:
        for table in tables(area):
            assert refused(cursor, f"SELECT 1 FROM {area.name}.{table}")
        assert refused(cursor, f"CREATE TABLE {area.name}.mine (a int)")
    with connect(server, area.role) as connection, connection.cursor() as cursor:
        for table, rights in area.grants.items():
            may = {right.strip() for right in rights.split(",")}
            for each in tries(area.name, table):
                if each.right in RIGHTS:
                    assert refused(cursor, each.statement) is (each.right not in may)
