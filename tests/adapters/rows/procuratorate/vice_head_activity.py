"""副站长活动登记."""

from __future__ import annotations

from datetime import date

from domain.programme import Activity, RecordViceHeadActivity
from tests.adapters.kinds import (
    NOTE,
    RECORD,
    TOWN,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordViceHeadActivity(
                activity_id=RECORD,
                town=TOWN,
                activity=Activity.LEGAL_EDUCATION,
                held_on=date(2025, 3, 14),
                attendance=40,
                topic="示例普法课",
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("station", "机" * 101, "TOO_LONG"),
        ("activity", "机密甲", "CODE_ACTIVITY"),
        ("topic", "机" * 101, "TOO_LONG"),
        ("attendance", "机密甲人", "NOT_A_NUMBER"),
        ("attendance", "0", "OUT_OF_RANGE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("topic", "另一主题"),
    also={
        "station": "另一未保站",
        "activity": "业务培训",
        "held_on": "2025-03-15",
    },
)
