"""The access log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


_TEXTS = (
    "at",
    "user",
    "post",
    "organisation",
    "child_ref",
    "categories",
    "action",
    "purpose",
    "legal_basis",
    "task",
    "policy_version",
)


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "access",
        sa.Column("seq", number, sa.Identity(always=True), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_index("access_child", "access", ["child_ref"])
