"""劝返记录."""

from __future__ import annotations

from datetime import date

from domain.dropout_events import (
    RecordPersuasion,
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
            RecordPersuasion(
                child_ref=CHILD,
                persuaded_on=date(2025, 3, 10),
                outcome="AGREED",
                account=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("outcome", "机密甲", "CODE_PERSUASION_OUTCOME"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("persuaded_on", "2025-03-11"),
)
