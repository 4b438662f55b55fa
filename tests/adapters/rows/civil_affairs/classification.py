"""儿童类别认定登记."""

from __future__ import annotations

from datetime import date

from domain.child_file import ClassifyChild
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    RECORD,
    Row,
)

ROW = Row(
    extra={"basis": NOTE, "grounds": "儿童残疾"},
    states=[
        (
            ClassifyChild(
                child_ref=CHILD,
                entry=RECORD,
                categories=("ORPHAN",),
                grounds=("CHILD_DISABLED",),
                since=date(2025, 2, 1),
                basis=NOTE,
                certifier="示例区民政局",
            ),
            date(2025, 2, 1),
        )
    ],
    wrong=[
        ("category", "孤儿、流动儿童", "CODE_CHILD_CATEGORY"),
        ("basis", "机" * 2001, "TOO_LONG"),
        ("certifier", "机" * 101, "TOO_LONG"),
        ("grounds", "机密甲", "CODE_TIER_GROUND"),
    ],
    occasion=("since", "2025-02-02"),
    also={"category": "流动儿童"},
)
