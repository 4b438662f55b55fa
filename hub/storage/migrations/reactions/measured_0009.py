"""What each fact is to each indicator, from which figures are counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "measured",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("indicator", sa.String, primary_key=True),
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("recorded_on", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("counts", sa.BigInteger),
        sa.Column("about", sa.String, nullable=False),
    )
    op.create_index("measured_indicator", "measured", ["indicator", "position"])
    op.create_index("measured_about", "measured", ["about"])
