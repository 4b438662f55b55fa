"""Refused rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organisation", sa.String, nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("row_number", sa.Integer, nullable=False),
        sa.Column("codes", sa.String, nullable=False),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("receipt", sa.String),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
