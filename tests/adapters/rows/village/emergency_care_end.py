"""紧急临时照料结束登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_care import (
    EndEmergencyCare,
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
            EndEmergencyCare(child_ref=CHILD, ended_on=date(2025, 3, 22), account=NOTE),
            date(2025, 3, 22),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("ended_on", "2025-03-23"),
)
