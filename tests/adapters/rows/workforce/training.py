"""培训档案."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.workforce_training import Course, CourseLevel, CourseSubject, RecordTraining
from tests.adapters.kinds import (
    CHECK,
    RECORD,
    Row,
)

ROW = Row(
    states=[
        (
            RecordTraining(
                worker=UUID("f0000000-0000-4000-8000-000000000003"),
                training=RECORD,
                course=Course.ANNUAL,
                level=CourseLevel.BASIC,
                subject_matter=CourseSubject.CASEWORK,
                attended_on=date(2025, 3, 14),
                hours=8,
                course_title="示例走访实务",
            ),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        ("worker", "机密甲", "INVALID"),
        ("course", "机密甲", "CODE_COURSE"),
        ("level", "机密甲", "CODE_COURSE_LEVEL"),
        ("subject_matter", "机密甲", "CODE_COURSE_SUBJECT"),
        ("hours", "机密甲", "NOT_A_NUMBER"),
        ("hours", "0", "OUT_OF_RANGE"),
        ("course_title", "机" * 101, "TOO_LONG"),
    ],
    occasion=("course_title", "另一课程"),
    also={"worker": str(CHECK), "attended_on": "2025-03-15"},
    other={
        "course": "儿童主任全员培训",
        "hours": "9",
        "level": "中级",
        "subject_matter": "个案实务",
    },
)
