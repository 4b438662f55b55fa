"""劝诫记录."""

from __future__ import annotations

from datetime import date

from domain.guardianship_commands import (
    RecordDissuasion,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordDissuasion(
                child_ref=CHILD,
                dissuaded_on=date(2025, 3, 5),
                guardian_relation="父亲",
                conduct="LEFT_ALONE",
                account=NOTE,
            ),
            date(2025, 3, 5),
        )
    ],
    wrong=[
        ("guardian_relation", "机" * 31, "TOO_LONG"),
        ("guardian_relation", "7654321", "CODE_FAMILY_RELATION"),
        ("conduct", "机密甲", "CODE_GUARDIAN_CONDUCT"),
        ("police_told", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("dissuaded_on", "2025-03-06"),
)
