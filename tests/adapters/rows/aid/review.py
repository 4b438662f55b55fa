"""保障复核登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_events import ReviewAid
from domain.kernel import derived_id
from tests.adapters.kinds import CHILD, NOTE, Row

_OF: dict[str, Any] = {
    "application_id": derived_id("aid", str(CHILD), "SPECIAL_CHILD", "2025-03-03"),
    "child_ref": CHILD,
    "scheme": "SPECIAL_CHILD",
}
_WRONG = [("scheme", "机密甲", "CODE_AID_SCHEME")]
_ALSO = {"scheme": "临时救助", "applied_on": "2025-03-04"}

ROW = Row(
    extra={"yuan": "3200元", "account": NOTE},
    states=[
        (
            ReviewAid(**_OF, reviewed_on=date(2025, 3, 28), yuan=3200, account=NOTE),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        *_WRONG,
        ("yuan", "机密甲", "NOT_A_NUMBER"),
        ("yuan", "0", "OUT_OF_RANGE"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("reviewed_on", "2025-03-29"),
    also=_ALSO,
    other={
        "yuan": "3300",
    },
)
