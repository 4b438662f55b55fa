"""The keys of one bucket are found without looking at all the others'."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("wrapped_by", "data_keys", ["bucket", "epoch"])
