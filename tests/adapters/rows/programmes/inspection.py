"""检查登记."""

from __future__ import annotations

from datetime import date

from domain.site import Inspection, RecordInspection
from tests.adapters.kinds import NOTE, RECORD, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordInspection(
                record_id=RECORD,
                register_number="CS-0001",
                unit=None,
                inspection=Inspection.RIVER_PATROL,
                held_on=date(2025, 3, 14),
                hazards=1,
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("inspection", "机密甲", "CODE_INSPECTION"),
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("unit", "机" * 101, "TOO_LONG"),
        ("hazards", "机密甲", "NOT_A_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "CS-0002"),
    also={"inspection": "防护设施维护", "held_on": "2025-03-15"},
    other={"hazards": "2", "unit": "别处"},
)
