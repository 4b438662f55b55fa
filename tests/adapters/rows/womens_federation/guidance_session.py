"""家庭教育指导课次登记."""

from __future__ import annotations

from datetime import date

from domain.guardianship_codes import (
    GuidanceGround,
)
from domain.guidance import RecordSession
from tests.adapters.kinds import (
    CHILD,
    NOTE,
    Row,
)

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            RecordSession(
                child_ref=CHILD,
                order=GuidanceGround.GUIDANCE_ORDER,
                held_on=date(2025, 3, 20),
                attended=True,
                account=NOTE,
            ),
            date(2025, 3, 20),
        )
    ],
    wrong=[
        ("order", "机密甲", "CODE_GUIDANCE_GROUND"),
        ("attended", "机密甲", "CODE_YES_NO"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("held_on", "2025-03-21"),
    also={"order": "告诫书"},
)
