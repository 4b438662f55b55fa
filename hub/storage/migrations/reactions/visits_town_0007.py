"""In whose town a visit is owed, whoever owes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("visits_owed", sa.Column("town", sa.String))
