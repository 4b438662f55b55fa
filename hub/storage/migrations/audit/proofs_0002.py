"""Trees over what there is, signed checkpoints, and entries that are numbered without a hole.

What a leaf and a node are (RFC 6962) is said here once more: a released migration stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PORTION = 1000


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE access ALTER COLUMN seq DROP IDENTITY")
        # In two steps: a number must not be given while another entry still has it.
        op.execute(
            "UPDATE access SET seq = -n FROM"
            " (SELECT seq AS old, row_number() OVER (ORDER BY seq) AS n FROM access) AS numbered"
            " WHERE seq = old"
        )
        op.execute("UPDATE access SET seq = -seq")
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    tree = op.create_table(
        "tree",
        sa.Column("tree", sa.Text, primary_key=True),
        sa.Column("leaf", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("nodes", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checkpoints",
        sa.Column("tree", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streams",
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.BigInteger, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    access = sa.table("access", sa.column("seq", number), sa.column("leaf", sa.LargeBinary))
    rows = _rows(connection, access)
    while some := [row for _, row in zip(range(_PORTION), rows, strict=False)]:
        connection.execute(
            sa.insert(tree),
            [{"tree": "access", "leaf": leaf, "nodes": nodes} for leaf, nodes in some],
        )


def _rows(connection: sa.Connection, access: sa.TableClause) -> Iterator[tuple[int, bytes]]:
    """The rows of the tree over the entries that there are."""
    peaks: list[bytes] = []
    size = 0
    while True:
        query = (
            sa.select(access.c.seq, access.c.leaf)
            .where(access.c.seq > size)
            .order_by(access.c.seq)
            .limit(_PORTION)
        )
        portion = connection.execute(query).all()
        if not portion:
            return
        for seq, leaf in portion:
            if seq != size + 1:
                raise ValueError(f"access entry {size + 1} is missing")
            node, nodes = bytes(leaf), [bytes(leaf)]
            left = size
            while left & 1:
                node = hashlib.sha256(b"\x01" + peaks.pop() + node).digest()
                nodes.append(node)
                left >>= 1
            peaks.append(node)
            size += 1
            yield size - 1, b"".join(nodes)
