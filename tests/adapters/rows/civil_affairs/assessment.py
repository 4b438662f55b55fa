"""家庭监护能力评估登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import (
    Conclusion,
)
from domain.guardianship_commands import (
    RecordAssessment,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={
        "conclusion": "可以回归家庭",
        "follow_up_months": "3",
        "basics": NOTE,
        "quality": NOTE,
        "capacity": NOTE,
        "account": NOTE,
    },
    states=[
        (
            RecordAssessment(
                child_ref=CHILD,
                assessed_on=date(2025, 3, 18),
                conclusion=Conclusion.CAN_RETURN,
                grade="较低",
                account=NOTE,
                basics=NOTE,
                quality=NOTE,
                capacity=NOTE,
                follow_up_months=3,
            ),
            date(2025, 3, 18),
        )
    ],
    wrong=[
        ("conclusion", "机密甲", "CODE_ASSESSMENT_CONCLUSION"),
        ("grade", "机" * 101, "TOO_LONG"),
        ("follow_up_months", "机密甲", "NOT_A_NUMBER"),
        ("basics", "机" * 2001, "TOO_LONG"),
        ("quality", "机" * 2001, "TOO_LONG"),
        ("capacity", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("assessed_on", "2025-03-19"),
)
