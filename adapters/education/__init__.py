"""Education 教育: the school roll, attendance and the dropout ledger, in a school's own words."""

from __future__ import annotations

from typing import Any

from adapters.education import absence, persuasion, return_, roll, strike_off
from adapters.intake.records import RecordKind

KINDS: tuple[RecordKind[Any], ...] = (
    roll.KIND,
    absence.KIND,
    persuasion.KIND,
    return_.KIND,
    strike_off.KIND,
)
