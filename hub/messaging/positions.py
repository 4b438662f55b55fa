"""How far a relay has come: the newest position of the store that is in the shared log for sure."""

from __future__ import annotations

from copy import copy
from typing import Protocol

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from hub.storage.areas import Area
from hub.storage.sql import Storage


class Positions(Protocol):
    """Where a relay's position is kept, for longer than the relay lives.

    ``set`` never moves it back, also between two relays that run by mistake: everything up to a
    position that was ever set is in the shared log.
    """

    def get(self) -> int:
        """The position, 0 at the beginning."""
        ...

    def set(self, position: int) -> None:
        """Record a position; one that is not newer changes nothing. Durable when it returns."""
        ...


_META = MetaData()
Table(
    "positions",
    _META,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
AREA = Area(
    name="relay",
    file="relay.sqlite",
    revision="0001",
    tables=_META,
    grants={"positions": "SELECT, INSERT, UPDATE"},
    # Who projects from the shared log has everything up to here once it has read to its end.
    others={"feed": {"positions": "SELECT"}},
)
_SET = (
    "INSERT INTO positions VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
    " SET position = excluded.position WHERE positions.position < excluded.position"
)


class PositionsUnavailable(Exception):
    """Where the relay stands cannot be read or kept now."""


class DatabasePositions:
    """A position in the hub's own database. ``name`` is the log's: its topic."""

    def __init__(self, storage: Storage, name: str, *, create: bool = False) -> None:
        self._database = storage.database(AREA, PositionsUnavailable, create=create)
        self._name = name

    def get(self) -> int:
        """As :meth:`Positions.get`."""
        found = self._database.single(
            "SELECT coalesce(max(position), 0) FROM positions WHERE name = ?", (self._name,)
        )
        return int(found[0])

    def set(self, position: int) -> None:
        """As :meth:`Positions.set`."""
        with self._database.writing() as connection:
            connection.execute(_SET, (self._name, position))

    def of(self, name: str) -> DatabasePositions:
        """Another log's position, over the same connections."""
        other = copy(self)
        other._name = name
        return other

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


class MemoryPositions:
    """A position that lives as long as the object."""

    def __init__(self, position: int = 0) -> None:
        self._position = position

    def get(self) -> int:
        return self._position

    def set(self, position: int) -> None:
        self._position = max(self._position, position)
