"""The loops of the district that stand open, from which the silence board is made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "open_loops",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("matter", sa.String, nullable=False),
        sa.Column("child_ref", sa.String, nullable=False),
        sa.Column("silent_from", sa.String),
    )
    op.create_index("loops_silent", "open_loops", ["silent_from"])
    op.create_index("loops_child", "open_loops", ["child_ref"])
