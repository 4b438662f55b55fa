"""就业帮扶转送."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.job_codes import JobHours
from domain.job_help import SendJobHelp
from domain.job_wish import ForwardJobWish
from tests.adapters.kinds import NOTE, RECORD, Row

ROW = Row(
    extra={"skills": NOTE, "training": NOTE},
    states=[
        (
            SendJobHelp(
                help_id=RECORD,
                sent_on=date(2025, 3, 11),
                given_on=date(2025, 3, 10),
                until=date(2026, 3, 9),
                adult_name="示例求职人",
                adult_phone="13800000000",
                job="（示例）保洁或帮厨",
                job_hours=JobHours.PART_DAY,
                skills=NOTE,
                training=NOTE,
            ),
            date(2025, 3, 11),
        ),
        (
            ForwardJobWish(
                wish_id=UUID("f0000000-0000-4000-8000-000000000006"), help_number=str(RECORD)
            ),
            date(2025, 3, 11),
        ),
    ],
    wrong=[
        ("adult_name", "机" * 101, "TOO_LONG"),
        ("adult_phone", "机密甲", "PHONE_CHARACTERS"),
        ("job", "机" * 2001, "TOO_LONG"),
        ("job_hours", "机密甲", "CODE_JOB_HOURS"),
        ("skills", "机" * 2001, "TOO_LONG"),
        ("training", "机" * 2001, "TOO_LONG"),
        ("wish", "机密甲", "INVALID"),
    ],
    occasion=("given_on", "2025-03-09"),
    also={"adult_name": "另一求职人", "adult_phone": "13900000000"},
    other={
        "sent_on": "2025-03-12",
        "until": "2026-03-08",
        "job": "帮厨",
        "job_hours": "周末",
        "wish": "",
    },
    to_come=("until",),
)
