"""外部系统录入登记."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.kernel import Category
from domain.outside_entry import RecordEntry
from tests.adapters.kinds import CHILD, Row

NUMBERED = UUID("c0000000-0000-4000-8000-000000000001")

ROW = Row(
    extra={"record": str(NUMBERED), "withdrawn": "否"},
    states=[
        (
            RecordEntry(
                child_ref=CHILD,
                system="CHILD_WELFARE",
                matter=Category.CLASSIFICATION,
                of_record=NUMBERED,
                number="示编0001",
                entered_on=date(2025, 3, 20),
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("system", "机密甲", "CODE_OUTSIDE_SYSTEM"),
        ("record", "机密甲", "RECORD_NUMBER"),
        ("number", "机" * 61, "TOO_LONG"),
        ("withdrawn", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("system", "学籍系统"),
    also={"record": "c0000000-0000-4000-8000-000000000002"},
    other={"number": "示编0002", "entered_on": "2025-03-21", "withdrawn": "是"},
)
