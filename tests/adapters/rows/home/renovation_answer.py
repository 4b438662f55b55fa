"""居室微改造家庭意见."""

from __future__ import annotations

from datetime import date

from domain.home_renovation_events import AnswerHomeRenovation, HomeTenure
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"account": NOTE, "landlord_agreed_on": "2025-03-06"},
    states=[
        (
            AnswerHomeRenovation(
                child_ref=CHILD,
                happened_on=date(2025, 3, 7),
                agreed=True,
                shares_address=True,
                tenure=HomeTenure.OWN,
                landlord_agreed_on=date(2025, 3, 6),
                account=NOTE,
            ),
            date(2025, 3, 7),
        )
    ],
    wrong=[
        ("agreed", "机密甲", "CODE_YES_NO"),
        ("shares_address", "机密甲", "CODE_YES_NO"),
        ("tenure", "机密甲", "CODE_HOME_TENURE"),
        ("landlord_agreed_on", "机密甲", "DATE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("answered_on", "2025-03-29"),
    other={
        "agreed": "否",
        "shares_address": "否",
        "tenure": "租住",
        "landlord_agreed_on": "2025-03-05",
    },
)
