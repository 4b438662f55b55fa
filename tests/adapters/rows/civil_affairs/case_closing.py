"""监护个案结案登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    CloseGuardianshipCase,
)
from tests.adapters.kinds import (
    CHILD,
    Row,
)

ROW = Row(
    states=[
        (
            CloseGuardianshipCase(child_ref=CHILD, reason="随访期满，监护情况良好"),
            date(2025, 3, 31),
        )
    ],
    wrong=[("reason", "机" * 2001, "TOO_LONG")],
    occasion=("closed_on", "2025-03-30"),
)
