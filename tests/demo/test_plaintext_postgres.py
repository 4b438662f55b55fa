"""Nothing of the demo's children stands anywhere on the database server that it ran on.

Looked at is the server's whole folder (tables, indexes, write-ahead log, the server's own log) and
every row of every table, in which nothing is compressed. The server logs every statement with its
values, as an administrator may set it to: what is sent to it holds nothing to begin with. Not
found is what PostgreSQL has compressed in a file (long values); the rows show that.

By default a server's log repeats the text of a statement that failed, never its values
(``log_parameter_max_length_on_error`` is 0); the detail of a violated uniqueness names the key,
which here is an identifier, a pseudonym or an HMAC.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from hub.demo import DemoOptions
from hub.demo.world import Child, build_world
from hub.migrate import AREAS
from hub.policies import load_policies
from hub.storage.postgres import Server
from tests.adversary.scan import Hit, readable
from tests.demo.leaks import Leaks, seeded
from tests.servers.postgres import PostgresServer, own_postgres

pytestmark = [pytest.mark.adversary, pytest.mark.slow]

CHILDREN, DAYS, SEED = 10, 20, 2
_HUB = (sys.executable, "-c", "from hub.cli.start import run; run()")


@dataclass(frozen=True)
class Ran:
    """A server on which a demo has run, and whom it was about."""

    server: PostgresServer
    database: Server
    before: frozenset[tuple[str, bytes]]
    children: tuple[Child, ...]
    leaks: Leaks
    values: frozenset[str]

    @property
    def log(self) -> Path:
        return self.server.folder / "server.log"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    data = tmp_path_factory.mktemp("demo") / "data"
    with own_postgres() as server:
        database = server.create()
        with server.superuser() as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CHECKPOINT")
        before = frozenset(contents(server.folder))
        environment = {
            **os.environ,
            "HUB_DATABASE": database.url,
            "HUB_DATABASE_PASSFILE": str(database.passfile),
        }
        asked = (f"--children={CHILDREN}", f"--days={DAYS}", f"--seed={SEED}", "--json")
        subprocess.run(
            [*_HUB, "demo", "--data", str(data), *asked],
            stdout=subprocess.DEVNULL,
            env=environment,
            timeout=120,
            check=True,
        )
        world = build_world(DemoOptions(data, CHILDREN, DAYS, SEED), load_policies().divisions)
        children = (*world.children, *world.strangers)
        values = seeded(children, data / "demo" / "sheets")
        # On PostgreSQL no table lies in the data folder.
        assert list(data.rglob("*.sqlite")) == []
        yield Ran(server, database, before, children, Leaks(values), frozenset(values))


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file by its name, and what it holds in short."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), sha256(path.read_bytes()).digest()


def in_files(ran: Ran) -> tuple[list[Hit], set[str]]:
    """What is found in the files that have changed since before the demo, and their names."""
    hits, looked_at = [], set()
    with ran.server.superuser() as connection:
        connection.execute("CHECKPOINT")
    for name, digest in contents(ran.server.folder):
        if (name, digest) not in ran.before:
            looked_at.add(name)
            content = (ran.server.folder / name).read_bytes()
            # Between what is written a file is empty.
            for part in re.split(rb"\0{64,}", content):
                hits += ran.leaks.bytes(name, part)
    return hits, looked_at


def in_rows(ran: Ran) -> tuple[list[Hit], dict[str, int]]:
    """What is found in the rows of every table there is, and how many bytes each has."""
    hits, sizes = [], {}
    with ran.server.superuser(ran.database.url.rsplit("/", 1)[1]) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            name = f"{schema}.{table}"
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(str(schema), str(table)))
            with connection.cursor().copy(statement) as copy:
                content = b"".join(bytes(part) for part in copy)
            sizes[name] = len(content)
            hits += ran.leaks.bytes(name, content)
            # What is kept as bytes is told in hexadecimal digits.
            for digits in re.findall(rb"\\x([0-9a-f]{12,})", content):
                hits += ran.leaks.bytes(name, bytes.fromhex(digits.decode()))
    return hits, sizes


def test_nobody_stands_in_any_file_of_the_server(ran: Ran) -> None:
    hits, looked_at = in_files(ran)
    assert readable(hits) == {}
    assert {name.split("/")[0] for name in looked_at} >= {"data", "server.log"}
    assert any(name.startswith("data/pg_wal/") for name in looked_at)
    assert sum(name.startswith("data/base/") for name in looked_at) > 50
    log = ran.log.read_text(encoding="utf-8", errors="replace")
    assert log.count("INSERT INTO stored_events") > 20, "the server logged what it was sent"
    assert len(re.findall(r"(?i)parameters: \$1 = ", log)) > 100, "with its values"


def test_nobody_stands_in_any_row_of_any_table(ran: Ran) -> None:
    hits, sizes = in_rows(ran)
    assert readable(hits) == {}
    filled = {name.split(".")[0] for name, size in sizes.items() if size}
    assert filled >= {area.name for area in AREAS}
    assert sizes["events.stored_events"] > 100_000
    assert sum(name.startswith("view_") for name in filled) >= 8


def test_who_is_planted_is_found_everywhere(ran: Ran) -> None:
    """After all else: in a table's file, in the write-ahead log, in the server's log, in a row."""
    child = random.Random(SEED).choice([c for c in ran.children if c.id_number])
    planted = (child.name, child.phone, child.address, str(child.id_number))
    assert set(planted) <= ran.values
    parameters = ran.database.parameters("hub_audit", "audit")
    with psycopg.connect(**parameters, autocommit=True) as connection:
        columns = [
            str(row[0])
            for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'access'::regclass"
                " AND attnum > 0 AND attname NOT IN ('seq', 'leaf')"
            )
        ]
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        marks = sql.SQL(", ").join([sql.SQL("%s")] * len(columns))
        (last,) = connection.execute("SELECT max(seq) FROM access").fetchone() or (0,)
        for seq, value in enumerate(planted, last + 1):
            connection.execute(
                sql.SQL("INSERT INTO access (seq, {}, leaf) VALUES (%s, {}, %s)").format(
                    names, marks
                ),
                [seq, *[""] * (len(columns) - 1), value, value.encode("gb18030")],
            )
    hits, _ = in_files(ran)
    places = {"base": "data/base/", "wal": "data/pg_wal/", "log": "server.log"}
    for place in places.values():
        found = {hit.value for hit in hits if hit.place.startswith(place)}
        assert found >= set(planted), place
    forms = {hit.form for hit in hits if hit.place.startswith("data/base/")}
    assert {"utf-8", "gb18030"} <= forms
    rows, _ = in_rows(ran)
    assert {hit.place for hit in rows} == {"audit.access"}
    assert {hit.value for hit in rows} >= set(planted)
