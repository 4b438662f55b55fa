"""销号登记."""

from __future__ import annotations

from datetime import date

from domain.dropout_codes import (
    StrikeOffProof,
)
from domain.dropout_events import (
    StrikeOff,
)
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"proof_note": NOTE},
    states=[
        (
            StrikeOff(
                child_ref=CHILD,
                proof=StrikeOffProof.ATTENDANCE,
                struck_off_on=date(2025, 3, 31),
                proof_note=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[
        ("proof", "机密甲", "CODE_STRIKE_OFF_PROOF"),
        ("letter", "机" * 101, "TOO_LONG"),
        ("proof_note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("struck_off_on", "2025-03-30"),
)
