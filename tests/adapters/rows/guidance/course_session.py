"""家庭教育指导服务课次登记."""

from __future__ import annotations

from datetime import date

from domain.voluntary_guidance import RecordCourseSession
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordCourseSession(
                child_ref=CHILD,
                giver="womens_federation:310117",
                held_on=date(2025, 3, 20),
                attended=True,
                account=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("attended", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("held_on", "2025-03-21"),
    other={"attended": "否"},
)
