"""隐患整改登记."""

from __future__ import annotations

from datetime import date

from domain.hazard import RectifyHazard
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RectifyHazard(register_number="YH-0001", rectified_on=date(2025, 3, 28), account=NOTE),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "YH-0002"),
    also={"rectified_on": "2025-03-29"},
)
