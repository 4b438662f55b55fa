"""控辍保学季度复核."""

from __future__ import annotations

from domain.dropout_report import ReviewQuarter
from tests.adapters.kinds import (
    NOTE,
    Row,
)

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            ReviewQuarter(
                reporter="education:310117",
                period="2025-Q1",
                schools=96,
                suspected=3,
                dropped_out=0,
                note=NOTE,
            ),
            None,
        )
    ],
    wrong=[
        ("period", "2025-Q5", "NOT_A_QUARTER"),
        ("schools", "机密甲人", "NOT_A_NUMBER"),
        ("suspected", "机密甲人", "NOT_A_NUMBER"),
        ("dropped_out", "100001", "OUT_OF_RANGE"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("period", "2025-Q2"),
)
