"""全面核查表."""

from __future__ import annotations

from datetime import date

from domain.verification import Finding, VerifyChild
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    RECORD,
    Row,
)

ROW = Row(
    extra={"differs": NOTE, "harm_suspected": "是"},
    states=[
        (
            VerifyChild(
                verification_id=RECORD,
                child_ref=CHILD,
                town=None,
                finding=Finding.AS_KNOWN,
                verified_on=date(2025, 3, 12),
                differs=NOTE,
            ),
            date(2025, 3, 12),
        )
    ],
    wrong=[
        ("finding", "机密甲", "CODE_FINDING"),
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
)
