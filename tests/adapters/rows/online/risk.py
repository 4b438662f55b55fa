"""网络沉迷重点人群登记."""

from __future__ import annotations

from datetime import date

from domain.kernel import Category
from domain.online_protection_events import FoundBy, NoteOnlineRisk
from tests.adapters.kinds import CHILD, Row

ROW = Row(
    states=[
        (
            NoteOnlineRisk(
                child_ref=CHILD,
                matter=Category.SCHOOLING,
                found_on=date(2025, 3, 14),
                found_by=FoundBy.GUARDIAN,
                signs="连续通宵上网，上课打瞌睡",
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("noticed_by", "机密甲", "CODE_FOUND_BY"),
        ("online_signs", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("found_on", "2025-03-15"),
    other={"noticed_by": "教师发现", "online_signs": "另一情况"},
)
