"""保障资金月度确认."""

from __future__ import annotations

from datetime import date

from domain.aid_payment import ConfirmPayments
from tests.adapters.kinds import Row

ROW = Row(
    states=[(ConfirmPayments(payer="civil_affairs:310117", month="2025-03"), date(2025, 4, 1))],
    wrong=[("month", "机密甲", "NOT_A_MONTH")],
    occasion=("confirmed_on", "2025-03-31"),
    also={"month": "2025-02"},
)
