"""心理随访登记."""

from __future__ import annotations

from datetime import date

from domain.health import (
    RecordHealthFollowUp,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    RECORD,
    Row,
)

ROW = Row(
    extra={"reason": NOTE, "plan": "每月门诊"},
    states=[
        (
            RecordHealthFollowUp(
                child_ref=CHILD,
                entry=RECORD,
                ended=False,
                reason=NOTE,
                plan="每月门诊",
                account=None,
            ),
            date(2025, 3, 3),
        )
    ],
    wrong=[
        ("reason", "机" * 2001, "TOO_LONG"),
        ("plan", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("started_on", "2025-03-04"),
)
