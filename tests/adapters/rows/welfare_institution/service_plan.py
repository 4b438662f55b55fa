"""服务计划登记."""

from __future__ import annotations

from datetime import date

from domain.service_plan_events import SetServicePlan
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"education_plan": NOTE, "medical_plan": NOTE, "psychology_plan": NOTE},
    states=[
        (
            SetServicePlan(
                child_ref=CHILD,
                set_on=date(2025, 3, 26),
                care="固定照料人，每周与祖母视频",
                education=NOTE,
                medical=NOTE,
                psychology=NOTE,
            ),
            date(2025, 3, 26),
        )
    ],
    wrong=[
        ("care_plan", "机" * 2001, "TOO_LONG"),
        ("education_plan", "机" * 2001, "TOO_LONG"),
        ("medical_plan", "机" * 2001, "TOO_LONG"),
        ("psychology_plan", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("set_on", "2025-03-27"),
)
