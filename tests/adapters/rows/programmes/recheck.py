"""隐患复查登记."""

from __future__ import annotations

from datetime import date

from domain.hazard import RecheckHazard
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE, "solved": "否", "rectify_by": "2025-04-30"},
    states=[
        (
            RecheckHazard(
                register_number="YH-0001",
                rechecked_on=date(2025, 3, 31),
                solved=False,
                rectify_by=date(2025, 4, 30),
                account=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("solved", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "YH-0002"),
    also={"rechecked_on": "2025-03-30"},
    other={"solved": "否", "rectify_by": "2025-05-01"},
    to_come=("rectify_by",),
)
