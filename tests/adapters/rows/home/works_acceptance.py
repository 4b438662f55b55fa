"""居室微改造验收."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import CheckHomeWorks
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE, "childs_view": "想要一盏灯", "familys_view": "谢谢"},
    states=[
        (
            CheckHomeWorks(
                child_ref=CHILD,
                happened_on=date(2025, 3, 28),
                passed=True,
                problem=False,
                childs_view="想要一盏灯",
                familys_view="谢谢",
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("passed", "机密甲", "CODE_YES_NO"),
        ("problem", "机密甲", "CODE_YES_NO"),
        ("childs_view", "机" * 2001, "TOO_LONG"),
        ("familys_view", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("checked_on", "2025-03-29"),
    other={"passed": "否", "problem": "是", "childs_view": "很亮", "familys_view": "很好"},
)
