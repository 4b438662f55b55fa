"""Which children were erased: what a seat's feeds know of how far anybody reaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("reach", sa.Column("erased", sa.Integer, nullable=False, server_default="0"))
