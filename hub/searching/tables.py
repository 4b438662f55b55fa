"""The tables of searches. The index can be made anew from the views; the count can not."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table

from hub.storage.areas import Area
from hub.storage.sql import Database, Storage

META = MetaData()
Table(
    "own_child",
    META,
    Column("organisation", String, primary_key=True),
    Column("child_ref", String, primary_key=True),
    Column("mark", String, nullable=False),
)
"""Which children of its view an organisation's index holds, and as of which statements."""
_TAG = Table(
    "own_tag",
    META,
    Column("organisation", String, primary_key=True),
    Column("kind", Integer, primary_key=True, autoincrement=False),
    Column("tag", LargeBinary, primary_key=True),
    Column("birth_year", Integer, primary_key=True, autoincrement=False),
    Column("child_ref", String, primary_key=True),
)
Index("own_tag_child", _TAG.c.child_ref)
Table(
    "taken",
    META,
    Column("person", String, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
)
"""When each person searched in the last day (microseconds since 1970); pseudonyms only."""
AREA = Area(
    name="searching",
    file="searching.sqlite",
    revision="0001",
    tables=META,
    grants={
        "own_child": "SELECT, INSERT, DELETE, MAINTAIN",
        "own_tag": "SELECT, INSERT, DELETE, MAINTAIN",
        "taken": "SELECT, INSERT, DELETE",
    },
)


class SearchingUnavailable(Exception):
    """The tables of searches cannot answer now; never to be taken for "no such child"."""


def opened(storage: Storage) -> Database:
    """The tables of searches; made where a data folder of an older release has none."""
    return storage.database(AREA, SearchingUnavailable, create=True)
