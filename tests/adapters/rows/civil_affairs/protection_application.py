"""人身安全保护令申请登记."""

from __future__ import annotations

from datetime import date

from domain.protection_order import (
    ApplyForProtection,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ApplyForProtection(
                child_ref=CHILD, applied_on=date(2025, 3, 13), urgent=True, account=NOTE
            ),
            date(2025, 3, 13),
        )
    ],
    wrong=[
        ("urgent", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("applied_on", "2025-03-14"),
)
