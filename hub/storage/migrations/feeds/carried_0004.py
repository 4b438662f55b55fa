"""Signed files between separate networks: who exchanges them, what was taken and what was not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "parties",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("since", sa.String, primary_key=True),
        sa.Column("signs", sa.String, nullable=False),
        sa.Column("opens", sa.LargeBinary, nullable=False),
        sa.Column("ended", sa.String),
    )
    op.create_table(
        "carried_in",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("taken_at", sa.String, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "carried_out",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False),
    )
    op.create_table(
        "carried_refused",
        sa.Column("sender", sa.String, primary_key=True),
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("told", sa.String, nullable=False, server_default="{}"),
    )
