"""查找结果登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    RecordSearchResult,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"whom": NOTE, "whereabouts": NOTE},
    states=[
        (
            RecordSearchResult(
                child_ref=CHILD,
                concluded_on=date(2025, 3, 28),
                found=True,
                whom=NOTE,
                whereabouts=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("found", "机密甲", "CODE_YES_NO"),
        ("whom", "机" * 2001, "TOO_LONG"),
        ("whereabouts", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("concluded_on", "2025-03-29"),
)
