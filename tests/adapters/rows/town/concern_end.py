"""学生关注结束登记."""

from __future__ import annotations

from datetime import date

from domain.concern import CloseConcern
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    SCHOOL,
    Row,
)

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            CloseConcern(
                child_ref=CHILD,
                school=SCHOOL,
                raised_on=date(2025, 3, 10),
                ended_on=date(2025, 3, 31),
                note=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("school", "机" * 101, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("raised_on", "2025-03-11"),
    also={"school": "另一小学"},
)
