"""Visits of villages and residents' committees after a written warning (告诫书查访登记); source:
反家暴法 17. Harm that is found goes out as a mandatory report, whatever becomes of the row."""

from __future__ import annotations

from adapters.intake.warning_visit import WarningVisit, warning_visit_kind
from adapters.village.alarm import ALARM, HARM_COLUMNS
from domain.organisations import Seat


class VillageWarningVisit(WarningVisit):
    """A visit as the village tells it, and whether harm is suspected (强制报告)."""

    harm_suspected: str
    harm_seen: str | None = None


KIND = warning_visit_kind(
    "village.warning_visit",
    "告诫书查访登记（村居）",
    (Seat.VILLAGE, Seat.TOWN, Seat.CIVIL_AFFAIRS),
    VillageWarningVisit,
    HARM_COLUMNS,
    ALARM,
)
