"""Ties a database to the root key that it was made under."""

from __future__ import annotations

import hmac
import os

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, MetaData, Table

from hub.storage.sql import Database


def binding_table(tables: MetaData) -> Table:
    """The table of the tie, in an area's tables."""
    return Table(
        "binding",
        tables,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("salt", LargeBinary, nullable=False),
        Column("mark", LargeBinary, nullable=False),
        CheckConstraint("id = 1", name="binding_one_row"),
    )


def bind(database: Database, secret: bytes, unavailable: type[Exception]) -> None:
    """Tie a new database to ``secret`` (from the root key); raise ``unavailable`` for one of
    another root key: under it every look-up would find nothing."""
    with database.writing() as connection:
        row = connection.execute("SELECT salt, mark FROM binding").fetchone()
        if row is None:
            salt = os.urandom(16)
            mark = hmac.digest(secret, salt, "sha256")
            connection.execute("INSERT INTO binding VALUES (1, ?, ?)", (salt, mark))
        elif not hmac.compare_digest(hmac.digest(secret, row[0], "sha256"), row[1]):
            raise unavailable("the database belongs to another root key")
