"""社会组织准入登记."""

from __future__ import annotations

from datetime import date

from domain.social_organisation import Accredit
from domain.support_codes import SocialKind
from tests.adapters.kinds import (
    TOWN_STATION,
    Row,
)

ROW = Row(
    states=[
        (
            Accredit(
                organisation=TOWN_STATION,
                social_kind=SocialKind.AGENCY,
                since=date(2025, 3, 1),
                until=date(2027, 2, 28),
            ),
            date(2025, 3, 1),
        )
    ],
    wrong=[
        ("organisation", "机" * 101, "TOO_LONG"),
        ("social_kind", "机密甲", "CODE_SOCIAL_KIND"),
    ],
    occasion=("since", "2025-03-02"),
    also={"organisation": "另一未保站"},
    other={"social_kind": "公益慈善组织"},
    to_come=("until",),
)
