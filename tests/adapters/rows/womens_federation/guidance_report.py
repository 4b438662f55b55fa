"""家庭教育指导结束报告."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import (
    GuidanceGround,
)
from domain.guidance import GuidanceResult, ReportGuidance
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReportGuidance(
                child_ref=CHILD,
                order=GuidanceGround.GUIDANCE_ORDER,
                reported_on=date(2025, 3, 28),
                result=GuidanceResult.COMPLETED,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("order", "机密甲", "CODE_GUIDANCE_GROUND"),
        ("result", "机密甲", "CODE_GUIDANCE_RESULT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reported_on", "2025-03-27"),
    also={"order": "告诫书"},
)
