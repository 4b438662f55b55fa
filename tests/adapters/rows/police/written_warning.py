"""告诫书登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import (
    GuidanceOrderKind,
)
from domain.guardianship_commands import (
    OrderGuidance,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    TOWN,
    Row,
)

ROW = Row(
    extra={"requirements": NOTE},
    states=[
        (
            OrderGuidance(
                child_ref=CHILD,
                town=TOWN,
                order=GuidanceOrderKind.WRITTEN_WARNING,
                document_number="示公告诫〔2025〕0001号",
                served_on=date(2025, 3, 14),
                guardian_relation="父亲",
                requirements=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("guardian_relation", "机" * 31, "TOO_LONG"),
        ("requirements", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示公告诫〔2025〕0002号"),
    numbered=True,
)
