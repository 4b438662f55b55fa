"""家庭支持结束登记."""

from __future__ import annotations

from datetime import date

from domain.family_support_events import EndSupportPlan, SupportResult
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            EndSupportPlan(
                child_ref=CHILD,
                ended_on=date(2025, 3, 28),
                result=SupportResult.IMPROVED,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("result", "机密甲", "CODE_SUPPORT_RESULT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("ended_on", "2025-03-29"),
    other={"result": "家庭迁出"},
)
