"""``hub migrate``: every area's tables at the newest version, on SQLite and on PostgreSQL.

On PostgreSQL it also makes what only the database's owner may make: a schema and a role for each
area, and the rights that say who may do what. All of it may be run again.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from domain.organisations import Seat
from hub import directory, documents, quarantine, reaction_tables, report_links
from hub.accounts import tables as accounts
from hub.attachments import store as attachments
from hub.audit import tables as audit
from hub.encryption import keystore, match_index
from hub.erasure import journal as erasure
from hub.eventstore import tables
from hub.feeds import tables as feeds
from hub.messaging import positions
from hub.sealing import journal as sealing
from hub.searching import tables as searching
from hub.storage.areas import VERSION_TABLE, Area, role_of
from hub.storage.migrate import upgrade
from hub.storage.postgres import Server, lock_number, postgres_engine
from hub.storage.sqlite import FolderStorage, sqlite_engine
from projections.tables import rebuild_schema, view_area

AREAS: tuple[Area, ...] = (
    tables.AREA,
    keystore.AREA,
    match_index.AREA,
    audit.AREA,
    directory.AREA,
    quarantine.AREA,
    searching.AREA,
    attachments.AREA,
    reaction_tables.AREA,
    positions.AREA,
    feeds.AREA,
    erasure.AREA,
    sealing.AREA,
    report_links.AREA,
    documents.AREA,
    accounts.AREA,
)
"""Every area that cannot be rebuilt."""

OWNER = "hub_owner"
"""The role that owns the database; only ``hub migrate`` works as it."""

Versions = dict[str, tuple[str | None, str]]
"""Area → the version it was at (None: there was nothing) and the one it is at now."""


def migrate_folder(folder: Path) -> Versions:
    """Bring a data folder's files up to date."""
    storage = FolderStorage(folder)
    found: Versions = {}
    for area in AREAS:
        path = storage.path(area)
        if not path.exists():
            continue
        engine = sqlite_engine(path)
        try:
            with engine.execution_options(writing=True).begin() as connection:
                found[area.name] = upgrade(connection, area)
        finally:
            engine.dispose()
    return found


def migrate_postgres(
    server: Server, owner: str = OWNER, owner_passfile: Path | None = None
) -> Versions:
    """Make or bring up to date schemas, roles, tables and rights. ``owner`` owns the database and
    may make roles; its password is in ``owner_passfile``, or with the others. A role that is made
    here gets a random password, which is added to the server's password file (libpq's format) and
    stands nowhere else. Raises PassfileNeeded."""
    found: Versions = {}
    as_owner = replace(server, passfile=owner_passfile or server.passfile)
    with psycopg.connect(**as_owner.parameters(owner), autocommit=True) as connection:
        # One at a time: two would make the same role.
        connection.execute("SELECT pg_advisory_lock(%s)", (lock_number("migrate"),))
        _roles(connection, server)
        for area in AREAS:
            connection.execute(
                sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(area.name))
            )
            engine = postgres_engine(as_owner, owner, area.name)
            try:
                with engine.begin() as within:
                    found[area.name] = upgrade(within, area)
            finally:
                engine.dispose()
            _grant(connection, area)
        for seat in Seat:
            _view(connection, seat)
    return found


def _wanted() -> set[str]:
    """Every role that somebody works as."""
    wanted = {area.role for area in AREAS} | {view_area(seat).role for seat in Seat}
    return wanted | {role_of(other) for area in AREAS for other in area.others}


def _roles(connection: psycopg.Connection[tuple[object, ...]], server: Server) -> None:
    wanted = _wanted()
    there = {str(row[0]) for row in connection.execute("SELECT rolname FROM pg_roles")}
    missing = sorted(wanted - there)
    # Kept first: a role whose password nobody has could not be let in by anybody.
    for role, password in _keep_passwords(server, missing).items():
        # Only its SCRAM verifier goes to the server, whose log may repeat a statement.
        verifier = connection.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        )
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(verifier.decode())
            )
        )
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, _identifiers(wanted))
    )


def _identifiers(names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in sorted(names))


def _keep_passwords(server: Server, roles: Sequence[str]) -> dict[str, str]:
    """A password for each role, kept in the password file. One that stands there is taken: it is
    of a run that was cut off before it made the role, and who connects takes the first."""
    if not roles:
        return {}
    if server.passfile is None:
        raise PassfileNeeded
    parts = conninfo_to_dict(server.url)
    host, port = parts.get("host") or "localhost", parts.get("port") or "5432"
    begins = {role: ":".join(map(_escaped, (host, port, "*", role))) + ":" for role in roles}
    handle = os.open(server.passfile, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a+", encoding="utf-8") as file:
        file.seek(0)
        lines = file.read().split("\n")
        if lines[-1]:
            # Cut off in the middle of a line.
            file.write("\n")
        found: dict[str, str] = {}
        for role, begin in begins.items():
            there = next((line for line in lines[:-1] if line.startswith(begin)), None)
            found[role] = there[len(begin) :] if there else secrets.token_urlsafe(32)
            if there is None:
                file.write(f"{begin}{found[role]}\n")
        file.flush()
        os.fsync(file.fileno())
    return found


def _escaped(part: object) -> str:
    """One field of a line of the password file."""
    return str(part).replace("\\", "\\\\").replace(":", "\\:")


_API = frozenset(
    {area.role for area in AREAS if area not in (positions.AREA, feeds.AREA)}
    | {view_area(seat).role for seat in Seat}
)
PROCESSES: Mapping[str, frozenset[str]] = {
    "api": _API,
    "inbound": _API | {feeds.AREA.role},
    "keyservice": frozenset(
        {role_of(tables.FEED), keystore.AREA.role, audit.AREA.role, directory.AREA.role}
    ),
    "feeds": frozenset({role_of(tables.FEED), feeds.AREA.role}),
    "react": frozenset({tables.AREA.role, keystore.AREA.role, reaction_tables.AREA.role}),
    "relay": frozenset({positions.AREA.role}),
    "project": frozenset({role_of(tables.FEED)} | {view_area(seat).role for seat in Seat}),
}
"""The roles that each kind of process works as: ``react`` is tick's as well, ``relay`` that of
what sends feeds."""


def split_passwords(server: Server, folder: Path) -> None:
    """Write ``<process>/pgpass`` for each kind of process, with its roles' passwords alone. Raises
    PassfileNeeded."""
    if server.passfile is None:
        raise PassfileNeeded
    lines = server.passfile.read_text().splitlines()
    for process, roles in PROCESSES.items():
        place = folder / process
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The role is the last but one; neither has a colon in it.
        chosen = [line for line in lines if line.rsplit(":", 2)[-2:][0] in roles]
        handle = os.open(place / "pgpass", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("".join(f"{line}\n" for line in chosen))


class PassfileNeeded(Exception):
    """Roles have to be made and there is no password file to write their passwords to."""


def _grant(connection: psycopg.Connection[tuple[object, ...]], area: Area) -> None:
    """At once, so that whoever works meanwhile never has less than what stands in the area."""
    given = {area.role: area.grants, **{role_of(to): grants for to, grants in area.others.items()}}
    with connection.transaction():
        _take_back(connection, "ALL TABLES IN SCHEMA", area.name)
        _take_back(connection, "SCHEMA", area.name)
        for role, grants in given.items():
            _on_schema(connection, "USAGE", area.name, role)
            for table, rights in {**grants, VERSION_TABLE: "SELECT"}.items():
                connection.execute(
                    sql.SQL("GRANT {} ON {} TO {}").format(
                        sql.SQL(rights), sql.Identifier(area.name, table), sql.Identifier(role)
                    )
                )


def _view(connection: psycopg.Connection[tuple[object, ...]], seat: Seat) -> None:
    """A view is made and made anew by its own worker: its role may make tables in its schemas."""
    area = view_area(seat)
    for schema in (area.name, rebuild_schema(seat)):
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        with connection.transaction():
            # The tables in it are its worker's own.
            _take_back(connection, "SCHEMA", schema)
            _on_schema(connection, "USAGE, CREATE", schema, area.role)


def _on_schema(
    connection: psycopg.Connection[tuple[object, ...]], rights: str, schema: str, role: str
) -> None:
    connection.execute(
        sql.SQL("GRANT {} ON SCHEMA {} TO {}").format(
            sql.SQL(rights), sql.Identifier(schema), sql.Identifier(role)
        )
    )


def _take_back(connection: psycopg.Connection[tuple[object, ...]], what: str, schema: str) -> None:
    """What a role may do is what stands in the areas now, and nothing from before."""
    connection.execute(
        sql.SQL("REVOKE ALL ON {} {} FROM PUBLIC, {}").format(
            sql.SQL(what), sql.Identifier(schema), _identifiers(_wanted())
        )
    )
