"""经费预算执行登记."""

from __future__ import annotations

from datetime import date

from domain.budget import Fund, StateBudget
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"note": NOTE, "allocated": "400,000元"},
    states=[
        (
            StateBudget(
                fund=Fund.HOME_RENOVATION,
                year=2025,
                as_of=date(2025, 3, 31),
                budgeted=1_000_000,
                allocated=400_000,
                spent=250_000,
                note=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("fund", "机密甲", "CODE_FUND"),
        ("year", "机密甲", "NOT_A_NUMBER"),
        ("year", "1999", "OUT_OF_RANGE"),
        ("budgeted", "机密甲", "NOT_WHOLE_YUAN"),
        ("allocated", "0.5", "NOT_WHOLE_YUAN"),
        ("spent", "机密甲", "NOT_WHOLE_YUAN"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("fund", "临时救助"),
    also={"year": "2026", "as_of": "2025-03-30"},
    other={"budgeted": "2000000", "allocated": "400001", "spent": "250001"},
)
