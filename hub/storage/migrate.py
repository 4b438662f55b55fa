"""Brings an area's tables up to date (alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from hub.storage.areas import VERSION_TABLE, Area, StorageBehind

FOLDER = Path(__file__).parent / "migrations"
BASELINE = "0001"
"""Where tables stand that were made before there were migrations."""


def newest(area: Area) -> str:
    """The newest migration of an area."""
    return ScriptDirectory.from_config(_config(area)).get_current_head() or ""


def version_of(connection: Connection) -> str | None:
    """The version of the tables that this connection works on, None where there are none.

    A table without a version is of the release before migrations.
    """
    names = inspect(connection).get_table_names()
    if VERSION_TABLE in names:
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
        return found.scalar_one_or_none()
    return BASELINE if names else None


def upgrade(connection: Connection, area: Area) -> tuple[str | None, str]:
    """Bring an area's tables to its newest version; gives the version before and after. Raises
    StorageBehind for tables of a later release."""
    before = version_of(connection)
    config = _config(area, connection)
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise StorageBehind(area.name)
    if before == BASELINE:
        command.stamp(config, BASELINE)
    command.upgrade(config, "head")
    return before, newest(area)


def _config(area: Area, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / area.name))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
