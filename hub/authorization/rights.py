"""By which right something is seen, and what of a child is open by which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.kernel import Category


class By(StrEnum):
    """By which right something is seen; the stronger first."""

    READ = "read"
    TASK = "task"
    BREAK_GLASS = "break_glass"
    """紧急调阅: what a task could have released, without one."""
    OWN = "own"
    FLAG = "flag"
    STATUS = "status"
    """Kind, state and clock only (policies/status-flags.toml)."""
    WRITER = "writer"
    """Held for the one person who wrote it, whose organisation is conflicted (利害关系单位)."""


@dataclass(frozen=True, slots=True)
class Openings(Mapping[Category, By]):
    """What of a child is open to an organisation, and by which right.

    ``conflicted``: the suspect works in it, or is related to it: nothing is open, and of what it
    recorded itself each person sees what he or she wrote. ``without_contact``: a guardian is the
    suspect, and how the guardian is reached is not told to this organisation. ``named``: who the
    child is, is released to it, by whomever it was stated.
    """

    rights: Mapping[Category, By]
    conflicted: bool = False
    without_contact: bool = False
    named: bool = False

    def __getitem__(self, category: Category) -> By:
        return self.rights[category]

    def __iter__(self) -> Iterator[Category]:
        return iter(self.rights)

    def __len__(self) -> int:
        return len(self.rights)


NOTHING_OPEN = Openings({})
"""To whom a child is a stranger."""
