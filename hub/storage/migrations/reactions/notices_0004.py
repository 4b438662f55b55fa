"""Who is to be told outside of the hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("at", "organisation", "post")),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String, nullable=False),
        *(sa.Column(name, sa.String) for name in ("message", "told", "user", "number")),
    )
    op.create_index("notices_due", "notices", ["state", "next_at"])
