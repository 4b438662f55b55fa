"""Persuasion (劝返): what school, town and education bureau record alike.

A pupil's family is spoken to so that the pupil returns: school 未保法 28(2); town and education
bureau 未保法 83; each persuasion is recorded (教基厅函〔2024〕15号; domain reference §3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from adapters.intake.columns import Column
from adapters.intake.fields import Note, child_columns, code_column
from adapters.intake.records import ChildRecord, PastDay, Statement, coded
from domain.dropout_codes import PERSUASION_OUTCOME
from domain.dropout_events import RecordPersuasion


class Persuasion(ChildRecord):
    """One persuasion (劝返记录): who, on which day, with which outcome."""

    persuaded_on: PastDay
    outcome: Annotated[str, coded(PERSUASION_OUTCOME)]
    account: Note = None


def persuasion_columns(name_heading: str) -> tuple[Column, ...]:
    """The sheet's columns under the agency's own word for the child's name."""
    return (
        *child_columns(name_heading),
        Column(
            "persuaded_on",
            "劝返日期",
            aliases=("劝返时间",),
            required=True,
            example="2025-03-10",
        ),
        code_column(
            PERSUASION_OUTCOME,
            "outcome",
            "劝返结果",
            aliases=("劝返情况",),
            required=True,
            example="同意复学",
        ),
        Column("account", "劝返经过", aliases=("情况说明", "说明", "备注"), note="不超过2000字"),
    )


def persuasion_key(record: Persuasion) -> Sequence[str]:
    """The same record: the same child on the same day."""
    return (*record.child_key(), record.persuaded_on.isoformat())


def state_persuasion(record: Persuasion, statement: Statement) -> None:
    """State the child and the persuasion, which happened on its day."""
    statement.execute(
        RecordPersuasion(
            child_ref=statement.child(record.claim(statement.places)),
            persuaded_on=record.persuaded_on,
            outcome=record.outcome,
            account=record.account,
        ),
        occurred_on=record.persuaded_on,
    )
