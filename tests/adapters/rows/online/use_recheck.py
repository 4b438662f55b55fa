"""网络沉迷复查登记."""

from __future__ import annotations

from datetime import date

from domain.kernel import Category
from domain.online_protection_events import OnlineFinding, RecheckOnlineUse
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecheckOnlineUse(
                child_ref=CHILD,
                matter=Category.SCHOOLING,
                rechecked_on=date(2025, 3, 28),
                finding=OnlineFinding.IMPROVING,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("finding", "机密甲", "CODE_ONLINE_FINDING"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("rechecked_on", "2025-03-29"),
    other={"finding": "已矫正"},
)
