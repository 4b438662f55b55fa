"""撤销监护人资格裁判登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_care import (
    DecideRevocation,
    NewGuardian,
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
            DecideRevocation(
                child_ref=CHILD,
                decided_on=date(2025, 3, 28),
                granted=True,
                guardian=NewGuardian.STATE_LONG_TERM,
                restorable=True,
                document_number="示民特〔2025〕0001号",
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        ("document_number", "机" * 101, "TOO_LONG"),
        ("granted", "机密甲", "CODE_YES_NO"),
        ("guardian", "机密甲", "CODE_NEW_GUARDIAN"),
        ("restorable", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("document_number", "示民特〔2025〕0002号"),
)
