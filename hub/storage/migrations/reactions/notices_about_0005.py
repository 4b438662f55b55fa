"""What a notice is about, to ask who is conflicted there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("notices", sa.Column("about", sa.String))
