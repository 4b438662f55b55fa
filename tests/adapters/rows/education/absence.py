"""缺课与疑似辍学台账."""

from __future__ import annotations

from datetime import date

from domain.dropout_events import (
    ReportAbsence,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    SCHOOL,
    TOWN,
    Row,
)

ROW = Row(
    extra={"reason": NOTE},
    states=[
        (
            ReportAbsence(
                child_ref=CHILD,
                school=SCHOOL,
                town=TOWN,
                absent_since=date(2025, 3, 3),
                school_days=3,
                reason_code="UNEXPLAINED",
                family_contact="UNREACHABLE",
                reason=NOTE,
            ),
            date(2025, 3, 3),
        )
    ],
    wrong=[
        ("school_days", "机密甲天", "NOT_A_NUMBER"),
        ("school_days", "3.75", "NOT_A_NUMBER"),
        ("school_days", "0", "OUT_OF_RANGE"),
        ("school_days", "-397", "NOT_A_NUMBER"),
        ("school_days", "401", "OUT_OF_RANGE"),
        ("reason_code", "机密甲", "CODE_ABSENCE_REASON"),
        ("family_contact", "机密甲", "CODE_FAMILY_CONTACT"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("absent_since", "2025-03-04"),
    to_come=("until",),
)
