"""学籍变动登记."""

from __future__ import annotations

from datetime import date

from domain.enrolment import EndEnrolment
from tests.adapters.kinds import (
    CHILD,
    SCHOOL,
    Row,
)

ROW = Row(
    states=[
        (
            EndEnrolment(child_ref=CHILD, school=SCHOOL, until=date(2025, 3, 20), reason="转出"),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("school", "机" * 101, "TOO_LONG"),
        ("change", "机密甲", "CODE_LEAVING"),
        ("receiver", "机" * 101, "TOO_LONG"),
        ("outside", "机" * 101, "TOO_LONG"),
        ("letter", "机" * 101, "TOO_LONG"),
    ],
    occasion=("until", "2025-03-21"),
)
