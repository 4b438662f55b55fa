"""入职查询申请."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.entry_check import AskEntryCheck
from tests.adapters.kinds import (
    CHECK,
    TOWN_STATION,
    Row,
)

ROW = Row(
    states=[
        (
            AskEntryCheck(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                organisation=TOWN_STATION,
                name="示例人员",
                id_number="999999198503010011",
            ),
            date(2025, 3, 1),
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("organisation", "机" * 101, "TOO_LONG"),
        ("worker_name", "机" * 101, "TOO_LONG"),
        ("worker_id_number", "999999198503010012", "ID_CHECK_DIGIT"),
    ],
    occasion=("asked_on", "2025-03-02"),
    also={"worker": str(CHECK)},
    other={
        "organisation": "另一未保站",
        "worker_id_number": "999999199001010016",
        "worker_name": "另一人员",
    },
)
