"""结对活动记录."""

from __future__ import annotations

from datetime import date

from domain.mentoring import RecordPairContact, Role
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordPairContact(
                child_ref=CHILD, role=Role.MENTOR, met_on=date(2025, 3, 21), account=NOTE
            ),
            date(2025, 3, 21),
        )
    ],
    wrong=[
        ("role", "机密甲", "CODE_PAIRED_ROLE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("met_on", "2025-03-24"),
    also={"role": "互助伙伴"},
)
