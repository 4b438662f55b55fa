"""An area: tables that belong together, in a SQLite file or a PostgreSQL schema of their own.

What holds the tables declares its area; on PostgreSQL each area has a database role that may do
what the area's own code does and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import MetaData

Grants = Mapping[str, str]
"""Table → what may be done with its rows, as in ``GRANT``: ``"SELECT, INSERT"``."""


@dataclass(frozen=True)
class Area:
    """``name`` is the PostgreSQL schema, and its role's name after ``hub_``; ``file`` the SQLite
    file in a data folder; ``revision`` the newest migration, which ``tables`` stand at."""

    name: str
    file: str
    revision: str
    tables: MetaData
    grants: Grants
    postgres_tables: MetaData = field(default_factory=MetaData)
    """Tables that on SQLite are made by the library that uses them."""
    others: Mapping[str, Grants] = field(default_factory=dict)
    """What other roles may do here, by the area whose role it is."""
    works_as: str = ""
    """Whose role the area's code works as, where not its own."""

    @property
    def role(self) -> str:
        """The PostgreSQL role of the area's own code."""
        return role_of(self.works_as or self.name)


class StorageBehind(Exception):
    """The tables are of another version of the program: ``hub migrate`` brings them up to date."""

    def __init__(self, area: str) -> None:
        super().__init__(area)
        self.area = area


def role_of(area: str) -> str:
    """The PostgreSQL role that works in an area."""
    return f"hub_{area}"


VERSION_TABLE = "alembic_version"
