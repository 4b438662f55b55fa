"""涉嫌人员关系登记."""

from __future__ import annotations

from datetime import date

from domain.mandatory_report import StateSuspicion
from tests.adapters.kinds import (
    CHECK,
    REPORT,
    Row,
)

ROW = Row(
    states=[
        (
            StateSuspicion(report_id=REPORT, relation="GUARDIAN"),
            date(2025, 3, 5),
        )
    ],
    wrong=[
        ("report_id", "机密甲", "INVALID"),
        ("finding", "机密甲", "CODE_SUSPICION_FINDING"),
        ("relation", "机密甲", "CODE_SUSPECT_RELATION"),
        ("unit", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("report_id", str(CHECK)),
    also={
        "finding": "排除",
        "relation": "陌生人",
        "unit": "某单位",
        "on": "2025-03-06",
    },
)
