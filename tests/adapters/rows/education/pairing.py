"""结对登记."""

from __future__ import annotations

from datetime import date

from domain.mentoring import Pair, Role
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"note": NOTE, "checked": "是"},
    states=[
        (
            Pair(
                child_ref=CHILD,
                role=Role.MENTOR,
                since=date(2025, 3, 10),
                who="示例老师",
                checked=True,
                note=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("role", "机密甲", "CODE_PAIRED_ROLE"),
        ("who", "机" * 101, "TOO_LONG"),
        ("checked", "机密甲", "CODE_YES_NO"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("since", "2025-03-11"),
    also={"role": "互助伙伴"},
    other={"who": "另一老师"},
)
