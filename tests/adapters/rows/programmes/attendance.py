"""参加情况登记."""

from __future__ import annotations

from datetime import date

from domain.offer_codes import Attendance
from domain.sign_up_events import RecordAttendance
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            RecordAttendance(
                child_ref=CHILD,
                register_number="BM-2025-01",
                attendance=Attendance.CAME,
                seen_on=date(2025, 3, 24),
                note=NOTE,
            ),
            date(2025, 3, 24),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("attendance", "机密甲", "CODE_ATTENDANCE"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("seen_on", "2025-03-25"),
    also={"number": "BM-2025-02", "attendance": "已完成"},
)
