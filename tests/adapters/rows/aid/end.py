"""保障终止登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_events import EndAid
from domain.kernel import derived_id
from tests.adapters.kinds import CHILD, NOTE, Row

_OF: dict[str, Any] = {
    "application_id": derived_id("aid", str(CHILD), "SPECIAL_CHILD", "2025-03-03"),
    "child_ref": CHILD,
    "scheme": "SPECIAL_CHILD",
}
_WRONG = [("scheme", "机密甲", "CODE_AID_SCHEME")]
_ALSO = {"scheme": "临时救助"}

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            EndAid(**_OF, ended_on=date(2025, 3, 28), end_reason="MOVED", account=NOTE),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        *_WRONG,
        ("end_reason", "机密甲", "CODE_AID_END"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("applied_on", "2025-03-04"),
    also=_ALSO,
    other={
        "ended_on": "2025-03-29",
        "end_reason": "死亡",
    },
)
