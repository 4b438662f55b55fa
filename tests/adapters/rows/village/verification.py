"""全面核查表."""

from __future__ import annotations

from datetime import date

from domain.verification import Attends, Finding, RaiseDisability, StateAttendance, VerifyChild
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    RECORD,
    SCHOOL,
    Row,
)

ROW = Row(
    extra={
        "differs": NOTE,
        "harm_suspected": "是",
        "school": "示例小学",
        "disability_suspected": "是",
        "health": NOTE,
    },
    states=[
        (
            VerifyChild(
                verification_id=RECORD,
                child_ref=CHILD,
                town=None,
                finding=Finding.AS_KNOWN,
                verified_on=date(2025, 3, 12),
                differs=NOTE,
                health=NOTE,
            ),
            date(2025, 3, 12),
        ),
        (
            StateAttendance(
                verification_id=RECORD,
                child_ref=CHILD,
                town=None,
                attends=Attends.AT_SCHOOL,
                school=SCHOOL,
            ),
            date(2025, 3, 12),
        ),
        (
            RaiseDisability(verification_id=RECORD, child_ref=CHILD, town=None, signs=NOTE),
            date(2025, 3, 12),
        ),
    ],
    wrong=[
        ("finding", "机密甲", "CODE_FINDING"),
        ("attends", "机密甲", "CODE_ATTENDS"),
        ("school", "机" * 101, "TOO_LONG"),
        ("disability_suspected", "机密甲", "CODE_YES_NO"),
        *(
            (each, "机" * 2001, "TOO_LONG")
            for each in (
                "household",
                "guardians",
                "carer",
                "schooling",
                "health",
                "means",
                "differs",
            )
        ),
    ],
    occasion=("verified_on", "2025-03-13"),
    other={"attends": "应读未读"},
)
