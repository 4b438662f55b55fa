"""好案例撤下登记."""

from __future__ import annotations

from datetime import date

from domain.good_case import WithdrawGoodCase
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[(WithdrawGoodCase(register_number="AL-0001", account=NOTE), date(2025, 3, 20))],
    wrong=[
        ("number", "机密甲", "NOT_A_REGISTER_NUMBER"),
        ("account", "机" * 2001, "TOO_LONG"),
    ],
    occasion=("withdrawn_on", "2025-03-21"),
    also={"number": "AL-0002"},
)
