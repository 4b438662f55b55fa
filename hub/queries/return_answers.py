"""What is answered of yearly returns (年度报表): as far as figures are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A department's return for a year: where it stands, and by when its next step is due."""

    department: str
    department_name: str
    checker: str
    checker_name: str
    year: int
    as_of: date
    state: str
    state_words: str
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """A late correction (迟报更正) of a line: what was shown, and is shown since; ``few``: a few
    people were left out or recorded late, and the number shown stays."""

    corrected_on: date
    before_words: str
    words: str
    few: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TownCell:
    """A town's part of a line."""

    town: str
    town_name: str
    value: int | None
    words: str


@dataclass(frozen=True, slots=True)
class ReturnLineRow:
    """A line of the table of the year (年报表)."""

    code: str
    title: str
    unit: str
    definition: str
    reads: str
    value: int | None
    words: str
    own_count: bool
    counted_words: str
    explanation: str
    few_since: bool
    last_year: int | None
    last_year_words: str
    target: int | None
    target_words: str
    target_2026: int | None
    target_2026_words: str
    towns: tuple[TownCell, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class ReturnTable:
    """The table of the year of one department: ``confirmed_by`` is the login of who confirmed it;
    ``sent_back``: the reasons for which it was."""

    row: ReturnRow
    confirmed_by: str
    sent_back: tuple[str, ...]
    lines: tuple[ReturnLineRow, ...]


@dataclass(frozen=True, slots=True)
class ExactRow:
    """A request for exact figures (法定报表准确数): where it stands, and until which day they are
    read. ``mine``: the reader is one of the two who read them."""

    request_id: str
    department: str
    department_name: str
    year: int
    state: str
    state_words: str
    until: date | None
    mine: bool


@dataclass(frozen=True, slots=True)
class ExactLine:
    """An exact figure, as of when the line was drawn up, or corrected last: a number, among a
    whole for shares; by town where it is."""

    code: str
    title: str
    number: int
    among: int | None
    words: str
    towns: dict[str, str]


@dataclass(frozen=True, slots=True)
class ExactTable:
    """What two named persons read, and what they read it for."""

    row: ExactRow
    as_of: date
    purpose: str
    lines: tuple[ExactLine, ...]
