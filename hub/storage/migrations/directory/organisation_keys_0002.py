"""The public keys of organisations that run a server of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "organisation_keys",
        sa.Column("organisation", sa.String, sa.ForeignKey("organisations.id"), primary_key=True),
        sa.Column("since", sa.String, primary_key=True),
        sa.Column("sealing", sa.LargeBinary, nullable=False),
        sa.Column("signing", sa.LargeBinary, nullable=False),
        sa.Column("ended", sa.String),
    )
