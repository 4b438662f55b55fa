"""学籍名册."""

from __future__ import annotations

from datetime import date

from domain.enrolment import ConfirmEnrolment
from tests.adapters.kinds import (
    CHILD,
    ID_NUMBER,
    SCHOOL,
    WRONG_CHECK_DIGIT,
    Row,
)

ROW = Row(
    states=[
        (
            ConfirmEnrolment(
                child_ref=CHILD,
                school=SCHOOL,
                student_number="G" + ID_NUMBER,
                grade="四年级",
                since=date(2024, 9, 1),
            ),
            date(2024, 9, 1),
        )
    ],
    wrong=[
        ("student_number", "X" + ID_NUMBER, "STUDENT_PREFIX"),
        ("student_number", "G" + WRONG_CHECK_DIGIT, "STUDENT_ID_CHECK_DIGIT"),
        ("school", "机" * 101, "TOO_LONG"),
        ("grade", "机" * 21, "TOO_LONG"),
    ],
    occasion=("school", "另一小学"),
)
