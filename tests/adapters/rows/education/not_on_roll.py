"""不在本区学籍登记."""

from __future__ import annotations

from datetime import date

from domain.enrolment import StateNotOnRoll
from tests.adapters.kinds import (
    CHILD,
    Row,
)

ROW = Row(
    extra={"outside": "外区学校"},
    states=[
        (
            StateNotOnRoll(
                child_ref=CHILD,
                reason_code="ELSEWHERE",
                until=date(2026, 8, 31),
                outside="外区学校",
                proof="示教学〔2025〕0001号",
            ),
            None,
        )
    ],
    wrong=[
        ("no_roll", "机密甲", "CODE_NOT_ON_ROLL"),
        ("outside", "机" * 101, "TOO_LONG"),
        ("proof", "机" * 101, "TOO_LONG"),
    ],
    occasion=("proof", "示教学〔2025〕0002号"),
    to_come=("until",),
)
