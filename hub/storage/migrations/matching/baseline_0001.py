"""The blind index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "id_tag",
        sa.Column("tag", sa.LargeBinary, primary_key=True),
        sa.Column("child_ref", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("id_tag_child", "id_tag", ["child_ref"])
    for name in ("name_tag", "sound_tag"):
        op.create_table(
            name,
            sa.Column("tag", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("birth_year", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("child_ref", sa.LargeBinary, primary_key=True),
            sqlite_with_rowid=False,
        )
        op.create_index(f"{name}_child", name, ["child_ref"])
    op.create_table(
        "binding",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("id = 1", name="binding_one_row"),
    )
