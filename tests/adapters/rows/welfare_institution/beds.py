"""床位登记."""

from __future__ import annotations

from datetime import date

from domain.care_place import CareService, StateBeds
from domain.guardianship_codes import Facility
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            StateBeds(
                run_by="welfare_institution:310117",
                facility=Facility.CHILD_WELFARE,
                since=date(2025, 3, 1),
                beds=20,
                services=(CareService.UPBRINGING, CareService.EDUCATION),
                account=NOTE,
            ),
            date(2025, 3, 1),
        )
    ],
    wrong=[
        ("facility", "机密甲", "CODE_PLACEMENT_FACILITY"),
        ("beds", "机密甲", "NOT_A_NUMBER"),
        ("beds", "1001", "OUT_OF_RANGE"),
        ("services", "机密甲", "CODE_CARE_SERVICE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("since", "2025-03-02"),
    also={"facility": "未成年人救助保护机构"},
    other={"beds": "21", "services": "医疗"},
)
