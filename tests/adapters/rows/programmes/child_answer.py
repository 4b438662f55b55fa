"""答复孩子登记."""

from __future__ import annotations

from datetime import date

from domain.sign_up_events import AnswerChild
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"childs_words": NOTE},
    states=[
        (
            AnswerChild(
                child_ref=CHILD,
                register_number="BM-2025-01",
                told_on=date(2025, 3, 18),
                childs_words=NOTE,
            ),
            date(2025, 3, 18),
        )
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("childs_words", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("told_on", "2025-03-19"),
    also={"number": "BM-2025-02"},
)
