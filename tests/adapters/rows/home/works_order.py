"""居室施工安排."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import OrderHomeWorks
from tests.adapters.kinds import CHARITY, CHILD, Row

ROW = Row(
    extra={"contractor": "示例装修队"},
    states=[
        (
            OrderHomeWorks(
                child_ref=CHILD,
                happened_on=date(2025, 3, 12),
                recipient=CHARITY,
                contractor="示例装修队",
                finish_by=date(2025, 4, 12),
                content="书桌、台灯各一，更换电线",
            ),
            date(2025, 3, 12),
        )
    ],
    wrong=[
        ("recipient", "机" * 101, "TOO_LONG"),
        ("contractor", "机" * 101, "TOO_LONG"),
        ("content", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("ordered_on", "2025-03-29"),
    also={"recipient": "另一公益服务中心"},
    other={"contractor": "另一队", "finish_by": "2025-04-20", "content": "另一内容"},
    to_come=("finish_by",),
)
