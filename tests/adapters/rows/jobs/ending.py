"""就业帮扶退出."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.job_help import EndJobHelp
from domain.job_wish import WithdrawJobWish
from tests.adapters.kinds import CHECK, Row

ROW = Row(
    states=[
        (
            EndJobHelp(
                help_id=UUID("f0000000-0000-4000-8000-000000000007"),
                ended_on=date(2025, 3, 20),
            ),
            date(2025, 3, 20),
        ),
        (
            WithdrawJobWish(
                wish_id=UUID("f0000000-0000-4000-8000-000000000006"),
                withdrawn_on=date(2025, 3, 20),
            ),
            date(2025, 3, 20),
        ),
    ],
    wrong=[
        ("help", "机密甲", "INVALID"),
        ("wish", "机密甲", "INVALID"),
    ],
    occasion=("help", str(CHECK)),
    also={"wish": str(CHECK)},
)
