"""Who reads the ledgers of dropout control, and which groups come first (policies/dropout.toml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.code_sets import CHILD_CATEGORY
from domain.dropout_codes import DropoutState
from domain.organisations import Seat


class Ledger(StrEnum):
    """三本台账 (教基厅函〔2024〕15号; domain reference §3)."""

    OF_AGE = "of_age"
    SUSPECTED = "suspected"
    DROPOUT = "dropout"


LEDGER_WORDS = {
    Ledger.OF_AGE: "适龄儿童",
    Ledger.SUSPECTED: "疑似辍学",
    Ledger.DROPOUT: "辍学",
}

LEDGER_STATES = {
    Ledger.SUSPECTED: (DropoutState.SUSPECTED, DropoutState.PERSUADING),
    Ledger.DROPOUT: (DropoutState.DROPOUT,),
}
"""States of the cases that stand in a ledger: a persuasion leaves a dropout one (劝返中 is of a
suspected case)."""


LEDGER_STATE_WORDS: Mapping[str, str] = {
    "ENROLLED": "在校",
    DropoutState.LAWFUL_ABSENCE: "正当缺课",
    DropoutState.ABSENT_UNVERIFIED: "缺课待核实",
    DropoutState.SUSPECTED: "疑似辍学",
    DropoutState.PERSUADING: "劝返中",
    DropoutState.DROPOUT: "辍学",
}


class LedgerRules(BaseModel):
    """``seats`` are shown the ledgers; ``focus`` are the categories of children to watch first."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    seats: frozenset[Seat]
    focus: tuple[str, ...] = Field(min_length=1)

    @field_validator("focus")
    @classmethod
    def _categories(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(value) - set(CHILD_CATEGORY.labels):
            raise ValueError(f"no category of children: {sorted(unknown)}")
        return value

    def focus_of(self, categories: str | None) -> tuple[str, ...] | None:
        """The words of the focus groups among a child's categories (codes, set apart by commas);
        None where those may not be read."""
        if categories is None:
            return None
        held = set(categories.split(","))
        return tuple(CHILD_CATEGORY.label(code) for code in self.focus if code in held)


class DropoutRules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    ledgers: LedgerRules


def months_of_age(
    entry_age: int, entry_months_until: int, until_age: int, day: date
) -> tuple[str, str]:
    """The first and the last birth month (``YYYY-MM``) of the children who are of the age of
    compulsory education (适龄) on a day: from the autumn term of the year in which one is of
    ``entry_age`` by the end of month ``entry_months_until``, until the month after that in which
    one is ``until_age`` (义务教育法 2, 11)."""
    term = day.year if day.month > entry_months_until else day.year - 1
    last = f"{term - entry_age:04d}-{entry_months_until:02d}"
    first = f"{day.year - until_age:04d}-{day.month:02d}"
    return first, last
