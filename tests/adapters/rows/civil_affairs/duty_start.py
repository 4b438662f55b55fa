"""按期应办事项起算登记."""

from __future__ import annotations

from datetime import date

from domain.duty_plan import StartDuties
from tests.adapters.kinds import Row

ROW = Row(
    states=[(StartDuties(first_day=date(2025, 1, 1)), None)],
    wrong=[],
    occasion=("first_day", "2025-04-01"),
    to_come=("first_day",),
)
