"""问题销号登记."""

from __future__ import annotations

from datetime import date

from domain.problem import StrikeOffProblem
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            StrikeOffProblem(
                child_ref=CHILD,
                found_on=date(2025, 3, 12),
                struck_off_on=date(2025, 3, 31),
                note=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[("note", "机" * 2001, "TOO_LONG")],
    occasion=("found_on", "2025-03-11"),
)
