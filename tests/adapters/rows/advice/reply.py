"""检察建议回复."""

from __future__ import annotations

from datetime import date

from domain.advice import ReplyToAdvice
from tests.adapters.kinds import (
    ADVICE,
    CHECK,
    Row,
)

ROW = Row(
    states=[
        (
            ReplyToAdvice(
                advice_id=ADVICE,
                content="（示例）已排查并整改",
                replied_on=date(2025, 3, 28),
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("advice_id", "机密甲", "INVALID"),
        ("content", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("advice_id", str(CHECK)),
    also={"replied_on": "2025-03-29"},
)
