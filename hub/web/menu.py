"""The menu of each seat: what somebody there comes for, the most frequent first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from domain.organisations import Seat


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``seats`` None: everybody's."""

    path: str
    title: str
    seats: frozenset[Seat] | None = None


_ENTRIES = (
    Entry("/", "首页"),
    Entry("/inbox", "待办"),
    Entry("/children", "儿童"),
    Entry("/records", "登记"),
    Entry("/sheets", "表格"),
    Entry("/quarantine", "待更正"),
    Entry("/sent", "转出的转介单"),
    Entry("/silence", "沉默清单"),
)


@cache
def menu_of(seat: Seat) -> tuple[Entry, ...]:
    """The lines that a seat has, in order."""
    return tuple(each for each in _ENTRIES if each.seats is None or seat in each.seats)
