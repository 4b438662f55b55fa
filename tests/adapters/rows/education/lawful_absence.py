"""正当缺课核准登记."""

from __future__ import annotations

from datetime import date

from domain.dropout_events import (
    ApproveLawfulAbsence,
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
            ApproveLawfulAbsence(
                child_ref=CHILD,
                approved_on=date(2025, 3, 10),
                until=date(2025, 7, 10),
                reason_code="SUSPENSION",
                document_number="示教核〔2025〕0001号",
                note=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("reason_code", "机密甲", "CODE_LAWFUL_ABSENCE"),
        ("document_number", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("approved_on", "2025-03-11"),
    to_come=("until",),
)
