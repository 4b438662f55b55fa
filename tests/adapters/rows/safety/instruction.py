"""安全提示登记."""

from __future__ import annotations

from datetime import date

from domain.organisations import Seat
from domain.safety_instruction import IssueSafetyInstruction
from tests.adapters.kinds import (
    CHILD,
    Row,
)

ROW = Row(
    states=[
        (
            IssueSafetyInstruction(
                child_ref=CHILD,
                text="请勿单独放行，先电话联系",
                call="110",
                until=date(2025, 9, 13),
                seats=(Seat.SCHOOL, Seat.VILLAGE),
                issued_on=date(2025, 3, 14),
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("text", "机" * 201, "TOO_LONG"),
        ("call", "机" * 101, "TOO_LONG"),
        ("told_units", "机" * 501, "TOO_LONG"),
    ],
    occasion=("issued_on", "2025-03-13"),
    to_come=("until",),
)
