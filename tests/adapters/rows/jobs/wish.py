"""就业需求登记."""

from __future__ import annotations

from datetime import date

from domain.job_codes import JobHours
from domain.job_wish import StateJobWish
from tests.adapters.kinds import CHILD, NOTE, RECORD, TOWN_STATION, Row

ROW = Row(
    extra={"skills": NOTE, "training": NOTE},
    states=[
        (
            StateJobWish(
                wish_id=RECORD,
                child_ref=CHILD,
                station=TOWN_STATION,
                stated_on=date(2025, 3, 10),
                given_on=date(2025, 3, 10),
                until=date(2026, 3, 9),
                adult_name="示例求职人",
                adult_phone="13800000000",
                job="（示例）保洁或帮厨",
                job_hours=JobHours.PART_DAY,
                skills=NOTE,
                training=NOTE,
            ),
            date(2025, 3, 10),
        )
    ],
    wrong=[
        ("adult_name", "机" * 101, "TOO_LONG"),
        ("adult_phone", "机密甲", "PHONE_CHARACTERS"),
        ("job", "机" * 2001, "TOO_LONG"),
        ("job_hours", "机密甲", "CODE_JOB_HOURS"),
        ("skills", "机" * 2001, "TOO_LONG"),
        ("training", "机" * 2001, "TOO_LONG"),
        ("station", "机" * 101, "TOO_LONG"),
    ],
    occasion=("stated_on", "2025-03-11"),
    other={
        "adult_name": "另一求职人",
        "adult_phone": "13900000000",
        "given_on": "2025-03-09",
        "until": "2026-03-08",
        "job": "帮厨",
        "job_hours": "周末",
        "station": "",
    },
    to_come=("until",),
)
