"""全面核查延期."""

from __future__ import annotations

from datetime import date

from domain.verification_round import PutOffRound
from tests.adapters.kinds import TOWN, Row

ROW = Row(
    states=[
        (
            PutOffRound(
                town=TOWN,
                until=date(2025, 4, 30),
                put_off_until=date(2025, 5, 31),
                reason="示例：台风期间暂停入户",
            ),
            None,
        )
    ],
    wrong=[("station", "机" * 101, "TOO_LONG"), ("reason", "机" * 2001, "TOO_LONG")],
    occasion=("put_off_until", "2025-06-30"),
    also={"station": "另一未保站", "until": "2025-05-15"},
    other={"reason": "另一原因"},
    to_come=("until", "put_off_until"),
)
