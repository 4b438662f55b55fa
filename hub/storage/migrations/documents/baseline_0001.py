"""Documents: their numbers, every print, their scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("running", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("child_ref", sa.String, nullable=False),
        sa.Column("receipt", sa.String, nullable=False, unique=True),
        sa.Column("made_at", sa.String, nullable=False),
        sa.UniqueConstraint("organisation", "kind", "about"),
    )
    op.create_table(
        "prints",
        sa.Column("receipt", sa.String, primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("audit", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "scans",
        sa.Column("receipt", sa.String, primary_key=True),
        sa.Column("attachment", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
    )
