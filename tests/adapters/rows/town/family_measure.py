"""家庭支持措施登记."""

from __future__ import annotations

from datetime import date

from domain.family_support_events import Measure, SetSupportMeasure
from tests.adapters.kinds import CHILD, TOWN_STATION, Row

ROW = Row(
    states=[
        (
            SetSupportMeasure(
                child_ref=CHILD,
                set_on=date(2025, 3, 26),
                measure=Measure.GUIDANCE,
                provider=TOWN_STATION,
                due_on=date(2025, 5, 26),
                content="每月一次入户指导",
            ),
            date(2025, 3, 26),
        )
    ],
    wrong=[
        ("measure", "机密甲", "CODE_SUPPORT_MEASURE"),
        ("provider", "机" * 101, "TOO_LONG"),
        ("content", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("set_on", "2025-03-27"),
    also={"measure": "心理辅导", "provider": "另一单位"},
    other={"due_on": "2025-06-26", "content": "另一内容"},
    to_come=("due_on",),
)
