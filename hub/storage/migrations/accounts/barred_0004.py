"""Who was revoked, and is let in by no identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table("barred", sa.Column("account", sa.String, primary_key=True))
