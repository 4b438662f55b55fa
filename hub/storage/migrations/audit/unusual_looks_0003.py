"""Looks that were unusual, and how far looks have been judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("kinds", "at", "organisation", "post", "user", "child_ref")
        ),
        sa.Column("children", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watched",
        sa.Column("upto", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
