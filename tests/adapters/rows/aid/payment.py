"""保障资金发放登记."""

from __future__ import annotations

from domain.aid_payment import StatePayment
from tests.adapters.kinds import TOWN, Row

ROW = Row(
    states=[
        (
            StatePayment(
                payer="civil_affairs:310117",
                month="2025-03",
                paid_for="SPECIAL_CHILD",
                town=TOWN,
                persons=12,
                yuan_paid=38400,
            ),
            None,
        )
    ],
    wrong=[
        ("month", "机密甲", "NOT_A_MONTH"),
        ("scheme", "机密甲", "CODE_AID_SCHEME"),
        ("station", "机" * 101, "TOO_LONG"),
        ("persons", "机密甲人", "NOT_A_NUMBER"),
        ("yuan", "机密甲", "NOT_A_NUMBER"),
    ],
    occasion=("month", "2025-02"),
    also={"scheme": "临时救助", "station": "另一未保站"},
    other={"persons": "13", "yuan": "41600"},
)
