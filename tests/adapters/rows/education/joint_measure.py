"""联控联保措施提请登记."""

from __future__ import annotations

from datetime import date

from domain.dropout_codes import (
    JointMeasure,
)
from domain.dropout_events import (
    CallMeasure,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            CallMeasure(
                child_ref=CHILD,
                measure=JointMeasure.HOME_TEACHING,
                called_on=date(2025, 3, 20),
                note=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("measure", "机密甲", "CODE_JOINT_MEASURE"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("called_on", "2025-03-21"),
    also={"measure": "家庭救助"},
)
