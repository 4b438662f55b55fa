"""延长人身安全保护令登记."""

from __future__ import annotations

from datetime import date

from domain.protection_order import (
    ExtendProtection,
)
from tests.adapters.kinds import (
    CHILD,
    TOWN,
    Row,
)

ROW = Row(
    states=[
        (
            ExtendProtection(
                child_ref=CHILD,
                town=TOWN,
                document_number="示民保令延〔2025〕0001号",
                decided_on=date(2025, 3, 31),
                until=date(2026, 3, 13),
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[("document_number", "机" * 101, "TOO_LONG")],
    occasion=("document_number", "示民保令延〔2025〕0002号"),
    to_come=("until",),
)
