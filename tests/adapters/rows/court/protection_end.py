"""人身安全保护令驳回、撤销登记."""

from __future__ import annotations

from datetime import date

from domain.protection_order import (
    EndProtection,
    ProtectionEnd,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"reason": NOTE},
    states=[
        (
            EndProtection(
                child_ref=CHILD,
                decided_on=date(2025, 3, 31),
                how=ProtectionEnd.REFUSED,
                reason=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("how", "机密甲", "CODE_PROTECTION_END"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("how", "撤销保护令"),
    also={"decided_on": "2025-03-30"},
)
