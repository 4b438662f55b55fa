"""居室施工完工."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import FinishHomeWorks
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            FinishHomeWorks(
                child_ref=CHILD,
                happened_on=date(2025, 3, 26),
                problem=False,
                account=NOTE,
            ),
            date(2025, 3, 26),
        )
    ],
    wrong=[
        ("problem", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("finished_on", "2025-03-29"),
    other={"problem": "是"},
)
