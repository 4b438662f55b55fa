"""结对结束登记."""

from __future__ import annotations

from datetime import date

from domain.mentoring import EndedFor, EndPair, Role
from tests.adapters.kinds import CHILD, Row

ROW = Row(
    states=[
        (
            EndPair(
                child_ref=CHILD,
                role=Role.MENTOR,
                until=date(2025, 3, 28),
                reason=EndedFor.LEFT,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("role", "机密甲", "CODE_PAIRED_ROLE"),
        ("ended_for", "机密甲", "CODE_PAIR_ENDED"),
    ],
    occasion=("until", "2025-03-31"),
    also={"role": "互助伙伴"},
    other={"ended_for": "分班调整"},
)
