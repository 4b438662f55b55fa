"""清单事项完成登记."""

from __future__ import annotations

from datetime import date

from domain.work_item import FinishWorkItem
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            FinishWorkItem(
                register_number="QD-2025-01", finished_on=date(2025, 3, 20), done=True, account=NOTE
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("done", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("number", "QD-2025-02"),
    other={"finished_on": "2025-03-21", "done": "否"},
)
