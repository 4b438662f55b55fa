"""居室微改造提议."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import ProposeHomeRenovation
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ProposeHomeRenovation(
                child_ref=CHILD,
                happened_on=date(2025, 3, 3),
                account=NOTE,
            ),
            date(2025, 3, 3),
        )
    ],
    wrong=[
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("proposed_on", "2025-03-29"),
)
