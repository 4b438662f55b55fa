"""辅具适配和手术登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_events import GiveAid
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
    extra={"account": NOTE},
    states=[
        (
            GiveAid(
                **_OF,
                given_on=date(2025, 3, 28),
                account=NOTE,
            ),
            date(2025, 3, 28),
        )
    ],
    wrong=[
        *_WRONG,
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("given_on", "2025-03-29"),
    also=_ALSO,
)
