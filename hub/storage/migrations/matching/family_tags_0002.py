"""What children of one family have in common."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "family_tag",
        sa.Column("tag", sa.LargeBinary, primary_key=True),
        sa.Column("child_ref", sa.LargeBinary, primary_key=True),
        sa.Column("mark", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("family_tag_child", "family_tag", ["child_ref"])
