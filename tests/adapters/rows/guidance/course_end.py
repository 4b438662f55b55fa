"""家庭教育指导服务结束登记."""

from __future__ import annotations

from datetime import date

from domain.voluntary_guidance import CourseResult, EndCourse
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            EndCourse(
                child_ref=CHILD,
                giver="womens_federation:310117",
                ended_on=date(2025, 3, 28),
                result=CourseResult.COMPLETED,
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("result", "机密甲", "CODE_COURSE_RESULT"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("ended_on", "2025-03-29"),
    other={"result": "家长不愿继续"},
)
