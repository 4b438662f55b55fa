"""管理教育措施登记."""

from __future__ import annotations

from datetime import date

from domain.conduct_measure import EndMeasure, TakeMeasure
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    SCHOOL,
    Row,
)

ROW = Row(
    extra={"account": NOTE, "note": "已改正"},
    states=[
        (
            TakeMeasure(
                child_ref=CHILD,
                school=SCHOOL,
                taken_on=date(2025, 3, 10),
                measures=("ADMONISHED",),
                until=date(2025, 4, 10),
                account=NOTE,
            ),
            date(2025, 3, 10),
        ),
        (
            EndMeasure(
                child_ref=CHILD,
                school=SCHOOL,
                taken_on=date(2025, 3, 10),
                ended_on=date(2025, 3, 31),
                note="已改正",
            ),
            date(2025, 3, 31),
        ),
    ],
    wrong=[
        ("measures", "予以训导、机密甲", "CODE_CONDUCT_MEASURE"),
        ("measures", "、", "INVALID"),
        ("account", "机" * 2001, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("taken_on", "2025-03-11"),
    to_come=("until",),
)
