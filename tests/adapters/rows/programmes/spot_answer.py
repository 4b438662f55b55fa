"""名额答复."""

from __future__ import annotations

from datetime import date

from domain.offer_codes import SpotAnswer
from domain.sign_up_events import AnswerSpot
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"note": NOTE},
    states=[
        (
            AnswerSpot(
                child_ref=CHILD,
                register_number="BM-2025-01",
                answer=SpotAnswer.TAKES,
                answered_on=date(2025, 3, 17),
                note=NOTE,
            ),
            date(2025, 3, 17),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("answer", "机密甲", "CODE_SPOT_ANSWER"),
        ("note", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("answered_on", "2025-03-18"),
    also={"number": "BM-2025-02"},
    other={"answer": "不参加"},
)
