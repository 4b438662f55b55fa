"""居室微改造回访."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import FollowUpHome
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE, "childs_view": "很亮"},
    states=[
        (
            FollowUpHome(
                child_ref=CHILD,
                happened_on=date(2025, 3, 28),
                lasting=True,
                problem=False,
                childs_view="很亮",
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("lasting", "机密甲", "CODE_YES_NO"),
        ("problem", "机密甲", "CODE_YES_NO"),
        ("childs_view", "机" * 2001, "TOO_LONG"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("followed_up_on", "2025-03-29"),
    other={"lasting": "否", "problem": "是", "childs_view": "还行"},
)
