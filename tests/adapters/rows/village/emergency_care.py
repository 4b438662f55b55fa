"""紧急临时照料登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_care import (
    BeginEmergencyCare,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    TOWN,
    Row,
)

ROW = Row(
    extra={"place": "村委会", "account": NOTE},
    states=[
        (
            BeginEmergencyCare(
                child_ref=CHILD,
                town=TOWN,
                begun_on=date(2025, 3, 20),
                place="村委会",
                account=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("place", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("begun_on", "2025-03-21"),
)
