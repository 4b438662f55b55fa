"""Searches: an organisation's index of its own view, and how often each person searched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "own_child",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("child_ref", sa.String, primary_key=True),
        sa.Column("mark", sa.String, nullable=False),
    )
    op.create_table(
        "own_tag",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("kind", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("tag", sa.LargeBinary, primary_key=True),
        sa.Column("birth_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("child_ref", sa.String, primary_key=True),
    )
    op.create_index("own_tag_child", "own_tag", ["child_ref"])
    op.create_table(
        "taken",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, primary_key=True, autoincrement=False),
    )
