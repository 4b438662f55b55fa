"""活动报名."""

from __future__ import annotations

from datetime import date

from domain.offer_codes import Wish
from domain.offer_events import QueueSignUp
from domain.sign_up_events import (
    SignUp,
    sign_up_id,
)
from tests.adapters.kinds import CHILD, NOTE, Row

ROW = Row(
    extra={"childs_words": NOTE},
    states=[
        (
            QueueSignUp(
                register_number="BM-2025-01",
                sign_up=sign_up_id(CHILD, "BM-2025-01"),
                of_child=CHILD,
                born=date(2015, 3, 1),
                guardian_agrees=True,
            ),
            date(2025, 3, 10),
        ),
        (
            SignUp(
                child_ref=CHILD,
                register_number="BM-2025-01",
                signed_on=date(2025, 3, 10),
                wish=Wish.WISHES,
                childs_words=NOTE,
            ),
            date(2025, 3, 10),
        ),
    ],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("wish", "机密甲", "CODE_CHILD_WISH"),
        ("childs_words", "机" * 2001, "TOO_LONG"),
        ("guardian_agrees", "机密甲", "CODE_YES_NO"),
    ],
    occasion=("signed_on", "2025-03-11"),
    also={"number": "BM-2025-02"},
    other={"wish": "年幼，未征求", "guardian_agrees": "否"},
)
