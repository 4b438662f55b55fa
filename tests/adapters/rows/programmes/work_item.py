"""工作清单登记."""

from __future__ import annotations

from datetime import date

from domain.work_item import ListWorkItem
from tests.adapters.kinds import TOWN, TOWN_STATION, Row

ROW = Row(
    states=[
        (
            ListWorkItem(
                register_number="QD-2025-01",
                owner=TOWN_STATION,
                town=TOWN,
                for_period="2025",
                held_on=date(2025, 1, 10),
                finish_by=date(2025, 11, 30),
                title="示例重点工作",
            ),
            date(2025, 1, 10),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("year", "机密甲", "NOT_A_PERIOD"),
        ("assigned_to", "机" * 101, "TOO_LONG"),
        ("title", "机" * 101, "TOO_LONG"),
    ],
    occasion=("number", "QD-2025-02"),
    other={
        "year": "2026",
        "assigned_to": "别处",
        "title": "另一事项",
        "held_on": "2025-01-11",
        "finish_by": "2025-12-01",
    },
    to_come=("finish_by",),
)
