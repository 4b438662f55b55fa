"""人身安全保护令登记."""

from __future__ import annotations

from datetime import date

from domain.protection_order import (
    IssueProtection,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    TOWN,
    Row,
)

ROW = Row(
    extra={"measures": NOTE},
    states=[
        (
            IssueProtection(
                child_ref=CHILD,
                town=TOWN,
                document_number="示民保令〔2025〕0001号",
                issued_on=date(2025, 3, 14),
                until=date(2025, 9, 13),
                respondent="父亲",
                measures=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("respondent", "机" * 31, "TOO_LONG"),
        ("measures", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示民保令〔2025〕0002号"),
    to_come=("until",),
)
