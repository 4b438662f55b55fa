"""What the sheets of a round of full verification (全面核查) share."""

from __future__ import annotations

from adapters.intake.columns import Column

UNTIL_COLUMN = Column(
    "until",
    "核查截止日期",
    aliases=("截止日期",),
    required=True,
    example="2025-04-30",
    note="这一天为止，每名儿童核查一次",
    sensitive=False,
)
