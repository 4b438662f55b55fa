"""Who is on duty at which organisation, and its duty telephone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("organisation", sa.String, sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("post", sa.String, primary_key=True),
        sa.Column("begins", sa.String, primary_key=True),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("deputy", sa.String),
    )
    op.create_table(
        "duty_numbers",
        sa.Column("organisation", sa.String, sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("number", sa.String, nullable=False),
    )
