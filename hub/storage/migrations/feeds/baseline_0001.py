"""Registered agencies, their feeds, and what they send in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("since", sa.String, primary_key=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("ended", sa.String),
    )
    op.create_table(
        "feeds",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("scanned", sa.BigInteger, nullable=False),
        sa.Column("upto", sa.String),
    )
    op.create_table(
        "outbox",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "held",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("child_ref", sa.String, primary_key=True),
    )
    op.create_table(
        "progress",
        sa.Column("seat", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("turns", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String, nullable=False),
    )
    op.create_table(
        "reach",
        sa.Column("seat", sa.String, primary_key=True),
        sa.Column("child_ref", sa.String, primary_key=True),
        sa.Column("responsible", sa.String, nullable=False),
        sa.Column("recorded", sa.String, nullable=False),
        sa.Column("authors", sa.String, nullable=False),
        sa.Column("tasks", sa.String, nullable=False),
    )
    op.create_table(
        "dead_letters",
        sa.Column("seat", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("ordering_key", sa.String, nullable=False),
        sa.Column("child_ref", sa.String, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("error", sa.String, nullable=False),
    )
    op.create_index("dead_letters_key", "dead_letters", ["seat", "ordering_key"])
    op.create_table(
        "arrivals",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("offset", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "answered",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("message_id", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "refused",
        sa.Column("organisation", sa.String, primary_key=True),
        sa.Column("offset", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.String),
        sa.Column("kind", sa.String),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
