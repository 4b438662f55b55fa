"""场所台账登记."""

from __future__ import annotations

from datetime import date

from domain.site import RegisterSite, SiteKind
from tests.adapters.kinds import TOWN, TOWN_STATION, VILLAGE, Row

ROW = Row(
    extra={"run_by": "岳阳街道未保站", "closed_on": "2025-03-20", "town": "岳阳街道"},
    states=[
        (
            RegisterSite(
                register_number="CS-0001",
                site_kind=SiteKind.WATERS,
                village=VILLAGE,
                town=TOWN,
                run_by=TOWN_STATION,
                closed_on=date(2025, 3, 20),
                name="示例河段",
            ),
            None,
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("site_kind", "机密甲", "CODE_SITE_KIND"),
        ("name", "机" * 101, "TOO_LONG"),
        ("village", "机" * 101, "TOO_LONG"),
        ("town", "机" * 101, "TOO_LONG"),
        ("run_by", "机" * 101, "TOO_LONG"),
    ],
    occasion=("number", "CS-0002"),
    other={
        "site_kind": "幼儿园",
        "name": "另一处",
        "village": "别处",
        "town": "别处",
        "run_by": "别处",
        "closed_on": "2025-03-21",
    },
)
