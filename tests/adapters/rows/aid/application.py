"""保障申请登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_codes import Applicant
from domain.aid_events import ApplyForAid
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
    extra={"applicant_name": "示例父", "need": NOTE},
    states=[
        (
            ApplyForAid(
                **_OF,
                applied_on=date(2025, 3, 3),
                applicant=Applicant.GUARDIAN,
                applicant_name="示例父",
                need=NOTE,
            ),
            date(2025, 3, 3),
        )
    ],
    wrong=[
        *_WRONG,
        ("applicant", "机密甲", "CODE_APPLICANT"),
        ("applicant_name", "机" * 101, "TOO_LONG"),
        ("need", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("applied_on", "2025-03-04"),
    also=_ALSO,
    other={
        "applicant": "本人",
        "applicant_name": "示例母",
    },
)
