"""Organisations, people and tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("town", sa.String, nullable=False),
        sa.Column("beat", sa.String, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("login", sa.String, nullable=False, unique=True),
        sa.Column("organisation", sa.String, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("post", sa.String, nullable=False),
        sa.Column("until", sa.String),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("user", sa.String, sa.ForeignKey("users.user"), nullable=False),
        sa.Column("expires", sa.String, nullable=False),
    )
