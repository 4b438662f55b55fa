"""The journal of sealings and openings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sealings",
        sa.Column("record", sa.String, primary_key=True),
        sa.Column("child", sa.String, nullable=False, index=True),
        sa.Column("entry", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.Column("shares", sa.JSON, nullable=False),
        sa.Column("rotate_by", sa.String),
        sa.Column("receipt", sa.LargeBinary),
    )
    op.create_table(
        "openings",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("record", sa.String, nullable=False, index=True),
        sa.Column("entry", sa.String, nullable=False),
        sa.Column("case_number", sa.LargeBinary, nullable=False),
        sa.Column("given", sa.JSON, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.Column("rotate_by", sa.String),
    )
