"""Persuasion records (劝返记录) of a town, which organises persuasion at home (未保法 83)."""

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
    name="town.persuasion",
    title="劝返记录",
    seats=(Seat.TOWN,),
    model=Persuasion,
    columns=persuasion_columns("儿童姓名"),
    natural_key=persuasion_key,
    state=state_persuasion,
)
