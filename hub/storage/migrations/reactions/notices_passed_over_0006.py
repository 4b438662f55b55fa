"""Whom a notice was meant for in full, and how often which of them could not be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("notices", sa.Column("told_post", sa.String))
    op.add_column("notices", sa.Column("deputy", sa.String))
    op.add_column("notices", sa.Column("failures", sa.JSON))
