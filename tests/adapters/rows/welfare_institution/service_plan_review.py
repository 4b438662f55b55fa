"""服务计划评估登记."""

from __future__ import annotations

from datetime import date

from domain.service_plan_events import PlanVerdict, ReviewServicePlan
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReviewServicePlan(
                child_ref=CHILD,
                reviewed_on=date(2025, 3, 28),
                verdict=PlanVerdict.KEEP,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("verdict", "机密甲", "CODE_PLAN_VERDICT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reviewed_on", "2025-03-27"),
)
