"""The area of feeds is the same whether a migration made it or the program, and its roles may do
what its code does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

from hub.feeds.tables import AREA
from hub.migrate import AREAS
from hub.storage.areas import VERSION_TABLE
from hub.storage.migrate import newest, upgrade
from hub.storage.sqlite import create_file, create_tables, sqlite_engine


def made(path: Path) -> Engine:
    create_file(path)
    return sqlite_engine(path)


def layout(engine: Engine) -> dict[str, Any]:
    """Columns, keys and indexes of every table."""
    found = inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            found.get_pk_constraint(table)["constrained_columns"],
            sorted((i["name"], i["column_names"]) for i in found.get_indexes(table)),
        )
        for table in found.get_table_names()
        if table != VERSION_TABLE
    }


def test_a_migration_makes_what_the_program_makes(tmp_path: Path) -> None:
    migrated, fresh = made(tmp_path / "migrated"), made(tmp_path / "fresh")
    with migrated.execution_options(writing=True).begin() as connection:
        upgrade(connection, AREA)
    create_tables(fresh, AREA)
    assert layout(migrated) == layout(fresh)
    migrated.dispose()
    fresh.dispose()


def test_the_area_is_migrated_with_the_others_and_every_table_has_its_rights() -> None:
    assert AREA in AREAS
    assert newest(AREA) == AREA.revision
    assert set(AREA.grants) == set(AREA.tables.tables)
    # What was sent and what came in is kept.
    for table in ("outbox", "agencies", "answered", "refused", "arrivals"):
        assert "DELETE" not in AREA.grants[table]
    assert "UPDATE" not in AREA.grants["outbox"]
    assert AREA.others == {"relay": {"outbox": "SELECT", "feeds": "SELECT"}}
