"""保障申请审批登记."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.aid_events import GrantAid
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
    extra={"reason": NOTE, "need_remains": "是"},
    states=[
        (
            GrantAid(
                **_OF,
                decided_on=date(2025, 3, 24),
                document_number="示民保〔2025〕0001号",
                reason=NOTE,
                need_remains=True,
                since=date(2025, 4, 1),
                yuan=3200,
            ),
            date(2025, 3, 24),
        )
    ],
    wrong=[
        *_WRONG,
        ("decision", "机密甲", "CODE_AID_DECISION"),
        ("document_number", "机" * 101, "TOO_LONG"),
        ("yuan", "机密甲", "NOT_A_NUMBER"),
        ("yuan", "0", "OUT_OF_RANGE"),
        ("need_remains", "机密甲", "CODE_YES_NO"),
        ("reason", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("applied_on", "2025-03-04"),
    also=_ALSO,
    to_come=("since",),
    other={
        "document_number": "示民保〔2025〕0002号",
        "decision": "不予批准",
        "decided_on": "2025-03-25",
        "since": "2025-05-01",
        "yuan": "3300",
        "need_remains": "否",
    },
)
