"""Who is told nothing of which child: what a seat's feeds know of how far anybody reaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("reach", sa.Column("suspicions", sa.String, nullable=False, server_default="{}"))
