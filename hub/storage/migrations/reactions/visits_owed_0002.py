"""Who owes which visits; filled by following the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "visits_owed",
        sa.Column("stream", sa.String, primary_key=True),
        sa.Column("child_ref", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
    )
    op.create_index("visits_by_owner", "visits_owed", ["owner"])
    op.create_table(
        "visits_to_plan",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
