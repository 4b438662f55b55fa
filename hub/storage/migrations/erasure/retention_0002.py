"""The reports of the retention job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("user", sa.String, nullable=False),
        sa.Column("policy_version", sa.String, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
    )
