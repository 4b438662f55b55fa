"""One child's two files joined (档案合并), inside the stream of the child file.

Nothing is moved: each file keeps its events, and who may see them follows from its own standing as
ever, so that joining widens nothing. What is joined is whose the child is: both files name the
same school and residence from then on, and what is recorded for either goes to the one that goes
on. Taking it back gives each its own again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event


class Taken(StrEnum):
    """What a file may take of the other one."""

    SCHOOL = "school"
    RESIDENCE = "residence"


class MergeFile(Command):
    """Asked by the hub of each of the two files, together with the decision."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    other: UUID
    survivor: UUID

    @property
    def reads(self) -> UUID | None:
        return self.other


class UnmergeFile(Command):
    """Asked by the hub of each of the two files, together with the decision taken back."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    other: UUID

    @property
    def reads(self) -> UUID | None:
        return self.other


class FollowPlace(Command):
    """Asked by the hub of a joined file whenever the one that goes on moves."""

    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    survivor: UUID

    @property
    def reads(self) -> UUID | None:
        return self.survivor


class FileMerged(Event):
    """``takes``: what of the other file's place this one takes, by the events that follow."""

    TOPIC: ClassVar[str] = "child_file.merged.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "档案合并"
    child_ref: UUID
    other: UUID
    survivor: UUID
    takes: tuple[Taken, ...]
    takes_care: bool | None = None
    """It takes that the child is placed (安置) as well; None in what was recorded before."""


class FileUnmerged(Event):
    """``enrol_by``: by when a file that has no school of its own any more is awaited at one again,
    where it was before; by the town of ``home_village``."""

    TOPIC: ClassVar[str] = "child_file.unmerged.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "撤销档案合并"
    child_ref: UUID
    other: UUID
    enrol_by: datetime | None = None
    home_village: str | None = None


class ResidenceWithdrawn(Event):
    """What a file had of another one's residence it has no more."""

    TOPIC: ClassVar[str] = "child_file.residence_withdrawn.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "居住地待确认"
    child_ref: UUID


@dataclass(frozen=True, slots=True)
class Place:
    """Whose the child is: school and residence, as clear codes."""

    school: str | None = None
    town: str | None = None
    village: str | None = None
    police_station: str | None = None

    @property
    def residence(self) -> tuple[str | None, str | None, str | None]:
        return self.town, self.village, self.police_station


@dataclass(frozen=True, slots=True)
class Joined:
    """What a file knows of another one that it is joined to."""

    survivor: UUID
    before: Place
    due: frozenset[Taken] = frozenset()
    """Taken by events that are still to come."""
    taken: frozenset[Taken] = frozenset()
    """Taken of the other file, and not stated by anybody since."""
    care_due: bool = False
    """That the child is placed is taken by an event that is still to come."""
    care: bool = False
    """It was taken, and nothing was said of it since."""


@dataclass(frozen=True, slots=True)
class Joins:
    """Which files a file is joined to, by the other's pseudonym."""

    by_other: Mapping[UUID, Joined] = field(default_factory=dict)

    def merged(self, event: FileMerged, place: Place) -> Joins:
        joined = Joined(
            event.survivor, place, frozenset(event.takes), care_due=bool(event.takes_care)
        )
        return replace(self, by_other={**self.by_other, event.other: joined})

    def unmerged(self, event: FileUnmerged) -> Joins:
        kept = {other: one for other, one in self.by_other.items() if other != event.other}
        return replace(self, by_other=kept)

    def ended(self, what: Taken) -> Joins:
        """An end stated by somebody: what was taken is over, and nothing of it is given back."""
        changed = {
            other: replace(one, taken=one.taken - {what}) for other, one in self.by_other.items()
        }
        return replace(self, by_other=changed)

    def placed(self) -> Joins:
        """It is said where the child is cared for: what was due is taken now, what was taken is
        somebody's own word from here on."""
        changed = {
            other: replace(one, care_due=False, care=one.care_due)
            for other, one in self.by_other.items()
        }
        return replace(self, by_other=changed)

    def stated(self, what: Taken) -> Joins:
        """School or residence changed: what was due of it is taken now, what was taken is not any
        more."""
        changed = {}
        for other, one in self.by_other.items():
            if what in one.due:
                one = replace(one, due=one.due - {what}, taken=one.taken | {what})
            elif what in one.taken:
                one = replace(one, taken=one.taken - {what})
            changed[other] = one
        return replace(self, by_other=changed)
