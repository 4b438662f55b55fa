"""居室入户评估."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import AssessHome, HomeFund, HomeNeed
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"childs_view": "想要一盏灯", "familys_view": NOTE},
    states=[
        (
            AssessHome(
                child_ref=CHILD,
                happened_on=date(2025, 3, 5),
                room="卧室",
                needs=(HomeNeed.DESK, HomeNeed.LIGHTING),
                paid_by=HomeFund.CIVIL_AFFAIRS,
                estimate=6000,
                problem=False,
                childs_view="想要一盏灯",
                familys_view=NOTE,
            ),
            date(2025, 3, 5),
        )
    ],
    wrong=[
        ("room", "机" * 101, "TOO_LONG"),
        ("needs", "书桌、机密甲", "CODE_HOME_NEED"),
        ("needs", "、", "INVALID"),
        ("paid_by", "机密甲", "CODE_HOME_FUND"),
        ("estimate", "机密甲", "NOT_A_NUMBER"),
        ("problem", "机密甲", "CODE_YES_NO"),
        ("childs_view", "机" * 2001, "TOO_LONG"),
        ("familys_view", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("assessed_on", "2025-03-29"),
    other={
        "room": "客厅",
        "needs": "床铺",
        "paid_by": "街镇资金",
        "estimate": "7000",
        "problem": "是",
        "childs_view": "想要书架",
        "familys_view": "另一想法",
    },
)
