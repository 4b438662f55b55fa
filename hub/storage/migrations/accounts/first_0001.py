"""Accounts: passwords, second factors, links, sessions, drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("password_at", sa.String, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "posts",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("user", sa.String, primary_key=True),
    )
    op.create_table(
        "attempts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("until", sa.String, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("straight_in", sa.Integer, nullable=False),
        sa.Column("expires", sa.String, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("shared", sa.Integer, nullable=False),
        sa.Column("begun", sa.String, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("locked", sa.Integer, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("user", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("saved", sa.String, nullable=False),
    )
