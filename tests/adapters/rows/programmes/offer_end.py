"""报名项目结束登记."""

from __future__ import annotations

from datetime import date

from domain.offer_events import EndOffer
from tests.adapters.kinds import Row

ROW = Row(
    states=[
        (
            EndOffer(register_number="BM-2025-01", ended_on=date(2025, 3, 20), cancelled=True),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("cancelled", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("number", "BM-2025-02"),
    other={"ended_on": "2025-03-21", "cancelled": "否"},
)
