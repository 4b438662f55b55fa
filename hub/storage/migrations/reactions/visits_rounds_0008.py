"""Towns with a round of verification until a day, beside villages where who visits changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    found = sa.text("SELECT organisation, position FROM visits_to_plan")
    waiting = op.get_bind().execute(found).all()
    op.drop_table("visits_to_plan")
    table = op.create_table(
        "visits_to_plan",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("until", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    if waiting:
        op.bulk_insert(table, [{**row._asdict(), "until": ""} for row in waiting])
