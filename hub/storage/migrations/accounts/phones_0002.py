"""Phones: whose number it is, codes that were asked for, registered phones and their sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("device", sa.String))
    op.create_table(
        "phones",
        sa.Column("account", sa.String, primary_key=True),
        sa.Column("number", sa.String, nullable=False, unique=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "phone_codes",
        sa.Column("asked", sa.String, primary_key=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("account", sa.String),
        sa.Column("code", sa.String),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("pin", sa.String),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("begun", sa.String, nullable=False),
        sa.Column("seen", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
    )
