"""慈善项目登记."""

from __future__ import annotations

from datetime import date

from domain.charity import RecordCharityProject
from tests.adapters.kinds import CHARITY, NOTE, RECORD, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordCharityProject(
                project_id=RECORD,
                organisation=CHARITY,
                since=date(2025, 3, 1),
                until=date(2026, 2, 28),
                budget=50000,
                project="示例助学项目",
                account=NOTE,
            ),
            None,
        )
    ],
    wrong=[
        ("project", "机" * 101, "TOO_LONG"),
        ("charity", "机" * 101, "TOO_LONG"),
        ("budget", "机密甲", "NOT_A_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("project", "另一项目"),
    also={"begins_on": "2025-04-01"},
    other={"charity": "另一公益服务中心", "ends_on": "2026-03-31", "budget": "60000"},
    to_come=("begins_on", "ends_on"),
)
