"""告诫书查访登记（村居）."""

from __future__ import annotations

from datetime import date

from domain.warning_visits import RecordWarningVisit
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordWarningVisit(
                child_ref=CHILD,
                visited_on=date(2025, 3, 20),
                warned_seen=True,
                protected_seen=True,
                repeated=False,
                account=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("warned_seen", "机密甲", "CODE_YES_NO"),
        ("protected_seen", "机密甲", "CODE_YES_NO"),
        ("repeated", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("visited_on", "2025-03-21"),
)
