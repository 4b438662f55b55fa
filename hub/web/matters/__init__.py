"""办理事项: what is worked step by step besides referrals, each kind as a list and a page of one.

A kind asks the same door as the API's, and offers the steps that the rules would let its person
take."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.organisations import Seat
from hub.answers import Child, Entry
from hub.paper.child_file import told_of
from hub.printing import paper_of
from hub.web.acts import Act
from hub.web.words import Due

if TYPE_CHECKING:
    from hub.web.desk import Desk


@dataclass(frozen=True, slots=True)
class Line:
    """One of a kind in its list: how the page of it is found, and its cells in the kind's order."""

    id: str
    cells: tuple[str, ...]
    due: Due | None = None
    child: Child | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said of one, by whom and when."""

    title: str
    by: str
    at: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """One of a kind: what is to be known of it, what was said, the steps. ``found``: what the steps
    are asked about. ``links``: other pages that belong to it, as (address, words)."""

    title: str
    facts: Sequence[tuple[str, str]]
    found: Any
    acts: Iterable[Act]
    said: Sequence[Said] = ()
    children: Sequence[Child] = ()
    links: Sequence[tuple[str, str]] = ()
    due: Due | None = None
    warning: str = ""
    prints: tuple[str, str] | None = None
    """The kind of document that it is printed as, and of what."""


Lines = tuple[Sequence[Line], str | None]
"""A page of a list, and where the next one begins."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind. ``name``: its address; ``seats``: whose menu has it (None: everybody's); ``starts``:
    steps that begin a new one."""

    name: str
    title: str
    hint: str
    columns: tuple[str, ...]
    lines: Callable[[Desk, str | None], Lines]
    whole: Callable[[Desk, str], Whole | None]
    seats: frozenset[Seat] | None = None
    starts: tuple[Act, ...] = field(default=())


def said_of(desk: Desk, entries: Iterable[Entry]) -> tuple[Said, ...]:
    """Entries as a page tells them."""
    paper = paper_of(desk.program, desk.reader())
    return tuple(
        Said(each.title, each.producer_name, each.occurred_at, tuple(told_of(each, paper)))
        for each in entries
    )


def newest_of_each(entries: Iterable[Entry]) -> list[Entry]:
    """Of each stream what was said last, in the order of the entries."""
    newest: dict[str, Entry] = {}
    for each in entries:
        newest.setdefault(each.stream, each)
    return list(newest.values())
