"""Visits of police stations after a written warning (告诫书查访登记); source: 反家暴法 17."""

from __future__ import annotations

from adapters.intake.warning_visit import warning_visit_kind
from domain.organisations import Seat

KIND = warning_visit_kind(
    "police.warning_visit", "告诫书查访登记（派出所）", (Seat.POLICE, Seat.POLICE_STATION)
)
