"""The journal of erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("child", sa.String, primary_key=True),
        sa.Column("record", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("rows", sa.JSON, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.Column("rotate_by", sa.String),
        sa.Column("receipt", sa.LargeBinary),
    )
