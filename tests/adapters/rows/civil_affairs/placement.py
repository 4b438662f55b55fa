"""临时监护安置登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import (
    Care,
    Facility,
)
from domain.guardianship_commands import (
    PlaceChild,
)
from tests.adapters.kinds import (
    CHILD,
    INSTITUTION,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE, "facility": "儿童福利机构"},
    states=[
        (
            PlaceChild(
                child_ref=CHILD,
                placed_on=date(2025, 3, 20),
                situation="HARMED",
                care=Care.INSTITUTION,
                institution=INSTITUTION,
                place="示例儿童福利院",
                account=NOTE,
                facility=Facility.CHILD_WELFARE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("situation", "机密甲", "CODE_PLACEMENT_SITUATION"),
        ("care", "机密甲", "CODE_PLACEMENT_CARE"),
        ("facility", "机密甲", "CODE_PLACEMENT_FACILITY"),
        ("place", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("placed_on", "2025-03-21"),
)
