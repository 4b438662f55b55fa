"""好案例审核登记."""

from __future__ import annotations

from datetime import date

from domain.good_case import ReviewGoodCase
from domain.good_case_rules import Deidentified
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReviewGoodCase(
                register_number="AL-0001",
                reviewed_on=date(2025, 3, 14),
                approved=True,
                points=tuple(Deidentified),
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("approved", "机密甲", "CODE_YES_NO"),
        ("points", "机密甲", "CODE_DEIDENTIFIED"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reviewed_on", "2025-03-15"),
    also={"number": "AL-0002"},
    other={"approved": "否", "points": "姓名"},
)
