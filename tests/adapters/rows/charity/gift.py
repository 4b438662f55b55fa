"""慈善帮扶登记."""

from __future__ import annotations

from datetime import date

from domain.charity import RecordCharityGift
from tests.adapters.kinds import CHILD, RECORD, Row

ROW = Row(
    extra={"yuan": "200元", "project": "示例助学项目", "ends": "是"},
    states=[
        (
            RecordCharityGift(
                gift_id=RECORD,
                child_ref=CHILD,
                given_on=date(2025, 3, 28),
                ends=True,
                project="示例助学项目",
                given="书包和文具",
                yuan=200,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("given", "机" * 2001, "TOO_LONG"),
        ("yuan", "机密甲", "NOT_A_NUMBER"),
        ("yuan", "0", "OUT_OF_RANGE"),
        ("project", "机" * 101, "TOO_LONG"),
        ("ends", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("given_on", "2025-03-29"),
    other={"given": "冬衣", "yuan": "300", "project": "另一项目", "ends": "否"},
)
