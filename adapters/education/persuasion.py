"""Persuasion records (劝返记录) of schools and of the education bureau.

Schools persuade first (未保法 28(2)); the bureau orders a child back to school (未保法 83).
"""

from __future__ import annotations

from adapters.intake.persuasion import (
    Persuasion,
    persuasion_columns,
    persuasion_key,
    state_persuasion,
)
from adapters.intake.records import RecordKind
from domain.organisations import Seat

KIND = RecordKind(
    name="education.persuasion",
    title="劝返记录",
    seats=(Seat.SCHOOL, Seat.EDUCATION),
    model=Persuasion,
    columns=persuasion_columns("学生姓名"),
    natural_key=persuasion_key,
    state=state_persuasion,
)
