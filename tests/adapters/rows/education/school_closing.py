"""学校停办登记."""

from __future__ import annotations

from datetime import date

from domain.dropout_report import EndReports
from tests.adapters.kinds import (
    SCHOOL,
    Row,
)

ROW = Row(
    states=[(EndReports(reporter=SCHOOL, closed_on=date(2025, 3, 14)), date(2025, 3, 14))],
    wrong=[
        ("school", "机" * 101, "TOO_LONG"),
        ("closed_on", "机密甲", "DATE"),
    ],
    occasion=("school", "另一小学"),
    other={"closed_on": "2025-03-13"},
)
