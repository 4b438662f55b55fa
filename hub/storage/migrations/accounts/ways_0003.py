"""How a session's person came in, and on what: to be known again by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("way", sa.String))
    op.add_column("sessions", sa.Column("kind", sa.String))
