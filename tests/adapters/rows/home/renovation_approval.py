"""居室微改造审批."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import ApproveHomeRenovation
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE, "project": "冬日微光"},
    states=[
        (
            ApproveHomeRenovation(
                child_ref=CHILD,
                happened_on=date(2025, 3, 10),
                yuan=6000,
                project="冬日微光",
                account=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("yuan", "机密甲", "NOT_A_NUMBER"),
        ("project", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("approved_on", "2025-03-29"),
    other={"yuan": "5000", "project": "另一项目"},
)
