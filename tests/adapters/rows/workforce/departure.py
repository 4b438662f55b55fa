"""离任登记."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.worker import EndAppointment
from tests.adapters.kinds import (
    CHECK,
    Row,
)

ROW = Row(
    states=[
        (
            EndAppointment(
                worker=UUID("f0000000-0000-4000-8000-000000000003"), ended_on=date(2025, 3, 31)
            ),
            date(2025, 3, 31),
        )
    ],
    wrong=[("worker", "机密甲", "INVALID")],
    occasion=("worker", str(CHECK)),
)
