"""How far reactions and clocks have come, and what was refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "positions",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "running_clocks",
        sa.Column("stream", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("due_at", sa.String, nullable=False),
    )
    op.create_index("clocks_due", "running_clocks", ["due_at"])
    op.create_table(
        "refused_reactions",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("reaction", sa.String, primary_key=True),
        sa.Column("code", sa.String, nullable=False),
    )
