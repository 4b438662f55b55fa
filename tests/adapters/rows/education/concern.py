"""学生关注登记."""

from __future__ import annotations

from datetime import date

from domain.concern import CloseConcern, RaiseConcern
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    SCHOOL,
    TOWN,
    Row,
)

ROW = Row(
    extra={"account": NOTE, "note": "已好转"},
    states=[
        (
            RaiseConcern(
                child_ref=CHILD,
                school=SCHOOL,
                town=TOWN,
                school_town=TOWN,
                raised_on=date(2025, 3, 10),
                aspects=("PSYCHOLOGICAL",),
                account=NOTE,
            ),
            date(2025, 3, 10),
        ),
        (
            CloseConcern(
                child_ref=CHILD,
                school=SCHOOL,
                raised_on=date(2025, 3, 10),
                ended_on=date(2025, 3, 31),
                note="已好转",
            ),
            date(2025, 3, 31),
        ),
    ],
    wrong=[
        ("aspects", "心理异常、机密甲", "CODE_CONCERN_ASPECT"),
        ("aspects", "、", "INVALID"),
        ("account", "机" * 2001, "TOO_LONG"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("raised_on", "2025-03-11"),
)
