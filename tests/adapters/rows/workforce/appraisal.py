"""年度考核登记."""

from __future__ import annotations

from uuid import UUID

from domain.workforce_training import Grade, ProposeAppraisal
from tests.adapters.kinds import (
    CHECK,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ProposeAppraisal(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                appraised_year=2025,
                grade=Grade.COMPETENT,
                incentive_yuan=500,
                account=NOTE,
            ),
            None,
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("appraised_year", "机密甲", "NOT_A_NUMBER"),
        ("appraised_year", "1999", "OUT_OF_RANGE"),
        ("grade", "机密甲", "CODE_GRADE"),
        ("incentive_yuan", "机密甲", "NOT_A_NUMBER"),
        ("incentive_yuan", "2000000", "OUT_OF_RANGE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("appraised_year", "2024"),
    also={"worker": str(CHECK)},
    other={"incentive_yuan": "600", "grade": "优秀"},
)
