"""网络沉迷制止登记."""

from __future__ import annotations

from datetime import date

from domain.kernel import Category
from domain.online_protection_events import RecordOnlineMeasures
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"home_measures": NOTE},
    states=[
        (
            RecordOnlineMeasures(
                child_ref=CHILD,
                matter=Category.SCHOOLING,
                taken_on=date(2025, 3, 20),
                guidance_accepted=True,
                school_measures="手机入校统一保管，班主任每周谈心",
                home_measures=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("guidance_accepted", "机密甲", "CODE_YES_NO"),
        ("school_measures", "机" * 2001, "TOO_LONG"),
        ("home_measures", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("taken_on", "2025-03-21"),
    other={"school_measures": "另一措施", "home_measures": "另一约定", "guidance_accepted": "否"},
)
