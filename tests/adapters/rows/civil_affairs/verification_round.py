"""全面核查安排."""

from __future__ import annotations

from datetime import date

from domain.verification_round import OpenRound
from tests.adapters.kinds import NOTE, TOWN, Row

ROW = Row(
    extra={"note": NOTE},
    states=[(OpenRound(town=TOWN, until=date(2025, 4, 30), note=NOTE), None)],
    wrong=[("station", "机" * 101, "TOO_LONG"), ("note", "机" * 2001, "TOO_LONG")],
    occasion=("until", "2025-05-31"),
    also={"station": "另一未保站"},
    to_come=("until",),
)
