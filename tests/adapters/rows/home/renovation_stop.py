"""居室微改造终止."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import HomeStop, StopHomeRenovation
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            StopHomeRenovation(
                child_ref=CHILD,
                happened_on=date(2025, 3, 28),
                stop_reason=HomeStop.NOT_APPROVED,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("stop_reason", "机密甲", "CODE_HOME_STOP"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("stopped_on", "2025-03-29"),
    other={"stop_reason": "家庭搬离"},
)
