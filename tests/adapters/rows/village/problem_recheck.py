"""问题复核登记."""

from __future__ import annotations

from datetime import date

from domain.problem import RecheckProblem
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecheckProblem(
                child_ref=CHILD,
                found_on=date(2025, 3, 12),
                rechecked_on=date(2025, 3, 27),
                solved=True,
                account=NOTE,
            ),
            date(2025, 3, 27),
        )
    ],
    wrong=[
        ("solved", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("found_on", "2025-03-11"),
    also={"rechecked_on": "2025-03-28"},
)
