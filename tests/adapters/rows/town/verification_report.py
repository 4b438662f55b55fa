"""全面核查完成情况."""

from __future__ import annotations

from datetime import date

from domain.verification_round import ReportRound
from tests.adapters.kinds import NOTE, Row

ROW = Row(
    extra={"account": NOTE},
    states=[
        (
            ReportRound(
                town="310117",
                until=date(2025, 4, 30),
                finished_on=date(2025, 3, 31),
                account=NOTE,
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[("account", "机" * 2001, "TOO_LONG")],
    occasion=("until", "2025-05-31"),
    other={"finished_on": "2025-04-01"},
    to_come=("until",),
)
