"""家庭支持评估登记."""

from __future__ import annotations

from datetime import date

from domain.family_support_events import ReviewSupportPlan, SupportVerdict
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReviewSupportPlan(
                child_ref=CHILD,
                reviewed_on=date(2025, 3, 28),
                verdict=SupportVerdict.KEEP,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("verdict", "机密甲", "CODE_SUPPORT_VERDICT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reviewed_on", "2025-03-29"),
    other={"verdict": "需要调整"},
)
