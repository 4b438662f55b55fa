"""保障申请核验登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_codes import Finding
from domain.aid_events import VerifyAid
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
            VerifyAid(**_OF, verified_on=date(2025, 3, 14), finding=Finding.MEETS, account=NOTE),
            date(2025, 3, 14),
        )
    ],
    wrong=[
        *_WRONG,
        ("finding", "机密甲", "CODE_AID_FINDING"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("verified_on", "2025-03-17"),
    also=_ALSO,
    other={
        "finding": "不符合条件",
    },
)
