"""控辍保学月报."""

from __future__ import annotations

from domain.dropout_report import FileMonthlyReport
from tests.adapters.kinds import (
    SCHOOL,
    Row,
)

ROW = Row(
    states=[
        (
            FileMonthlyReport(
                reporter=SCHOOL,
                period="2025-03",
                enrolled=820,
                absent=0,
                suspected=0,
                dropped_out=0,
                returned=0,
            ),
            None,
        )
    ],
    wrong=[
        ("period", "机密甲", "NOT_A_MONTH"),
        ("period", "2025-13", "NOT_A_MONTH"),
        ("enrolled", "机密甲人", "NOT_A_NUMBER"),
        ("absent", "机密甲人", "NOT_A_NUMBER"),
        ("suspected", "100001", "OUT_OF_RANGE"),
        ("dropped_out", "机密甲人", "NOT_A_NUMBER"),
        ("returned", "机密甲人", "NOT_A_NUMBER"),
    ],
    occasion=("period", "2025-04"),
)
