"""隐患登记."""

from __future__ import annotations

from datetime import date

from domain.hazard import FindHazard, HazardKind
from tests.adapters.kinds import NOTE, TOWN, TOWN_STATION, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            FindHazard(
                register_number="YH-0001",
                site="CS-0001",
                hazard=HazardKind.WATER_HAZARD,
                owner=TOWN_STATION,
                found_on=date(2025, 3, 14),
                rectify_by=date(2025, 4, 14),
                town=TOWN,
                account=NOTE,
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("site", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("hazard", "机密甲", "CODE_HAZARD_KIND"),
        ("rectified_by", "机" * 101, "TOO_LONG"),
        ("town", "机" * 101, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "YH-0002"),
    other={
        "hazard": "消防隐患",
        "rectified_by": "别处",
        "found_on": "2025-03-15",
        "rectify_by": "2025-04-15",
        "site": "CS-0002",
        "town": "别处",
    },
    to_come=("rectify_by",),
)
