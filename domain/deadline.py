"""The deadline (时限): what is asked and said of it. Every step is an event, so that a replay shows
when something was missed, who was told, and under which rule.

Due dates are Shanghai days ending at 24:00, kept as UTC instants; that instant itself is the
next day's first and late. Nothing fires by itself: the clock finds what is due and asks; it is
decided in domain/deadline_stream.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from domain.kernel import Category, Command, Event, derived_id
from domain.organisations import Post

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,39}$")]
"""A code of a closed list, as whoever asks declares it: never somebody's own words."""


class DeadlineState(StrEnum):
    NONE = "NONE"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    MET = "MET"
    MISSED = "MISSED"
    CANCELLED = "CANCELLED"


def deadline_id(subject: UUID, kind: str, occurrence: int = 1) -> UUID:
    """The id of the n-th deadline of one kind on one subject (a referral or a case)."""
    return derived_id("deadline", subject, kind, occurrence)


class SetDeadline(Command):
    """Start a clock that ``owner`` must meet by ``due_at`` (UTC). ``rule``: the row of policies/ by
    which it runs (a kind of referral; a clock), where that is not the clock's of its own ``kind``.
    ``started_at``: from when it counts, where that is not now. ``ladder``: who is told when it is
    missed, where that is not as the row says. ``anew``: what was met or cancelled is owed once
    more. Whoever is conflicted (利害关系单位) owes nothing: the next one does
    (policies/suspects.toml); ``avoid``: who is so besides what the file says; ``kept_from``: who
    is, for as long as it runs, and is shown nothing of it. ``lawful``: it runs
    on a lawful absence. ``immediate_danger``: somebody is in danger now; the row says what."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    child_ref: UUID
    matter: Category
    owner: str
    town: str | None
    due_at: datetime
    rule: str | None = None
    started_at: datetime | None = None
    ladder: str | None = None
    anew: bool = False
    avoid: tuple[str, ...] = ()
    kept_from: tuple[str, ...] | None = None
    lawful: bool | None = None
    immediate_danger: bool = False


class HandOnDeadline(Command):
    """Whoever is conflicted by now does not keep the clock: it goes, with its due day, to the next
    one. Nothing happens where its owner is not conflicted, or it is over. ``to``: its matter went
    to this organisation (移交), and the clock with it; where ``former`` gave it away, only if that
    one keeps the clock. ``avoid``: who is conflicted besides by what it comes of, and is shown
    nothing of it from here on, whoever keeps it."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    child_ref: UUID
    to: str | None = None
    former: str | None = None
    avoid: tuple[str, ...] = ()


class MoveDeadline(Command):
    """What the clock counts to is put right (更正): it runs to this day instead, and its
    reminder as long before it as it was. Nothing happens to one that is over, or due then."""

    subject_id: UUID
    kind: str
    child_ref: UUID
    due_at: datetime


class PauseDeadline(Command):
    """Stop a clock while its matter rests (暂缓), for a reason of a closed list. Refused for one
    that runs on; nothing happens to one that is due, over, or stopped already."""

    subject_id: UUID
    kind: str
    reason: Code


class ResumeDeadline(Command):
    """Let a stopped clock run on: its due date moves by the time it stood, in its own unit."""

    subject_id: UUID
    kind: str


class MeetDeadline(Command):
    subject_id: UUID
    kind: str


class CancelDeadline(Command):
    subject_id: UUID
    kind: str


class RecomputeDeadline(Command):
    """Reckon a provisional due date anew, by the calendars as they are now. Nothing happens to one
    that is certain, put off by a person, standing, or over."""

    subject_id: UUID
    kind: str


class AdvanceDeadline(Command):
    """Asked by the clock: whatever is due of it by now (a reminder, the miss, the next steps of
    its ladder). Nothing happens where nothing is."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    child_ref: UUID


class DeadlineEvent(Event):
    TITLE: ClassVar[str] = "时限"
    CATEGORY: ClassVar[Category] = Category.WHO
    subject_id: UUID
    kind: str
    child_ref: UUID
    matter: Category
    owner: str
    also_told: tuple[str, ...] | None = None
    """Whom its ladder has reached: they see how it goes on."""
    lawful: bool | None = None
    """It runs on a lawful absence (病假): nobody who coordinates is shown it, as the absence is."""
    kept_from: tuple[str, ...] | None = None
    """Who neither owes it, nor is told or shown anything of it (利害关系单位)."""

    @property
    def category(self) -> Category:
        return self.matter


class DeadlineSet(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.set.v1"
    TITLE: ClassVar[str] = "起算时限"
    town: str | None
    due_at: datetime
    started_at: datetime | None = None
    """From when ``term`` counts; both stand only where the due date follows from them."""
    term: str | None = None
    remind_at: datetime | None = None
    runs_on: bool | None = None
    """It is never paused or put off; None in what was recorded before anything could be."""
    provisional: bool | None = None
    """It counts days of a year whose calendar is not published: it may still move."""
    ladder: str | None = None


class DeadlinePaused(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.paused.v1"
    TITLE: ClassVar[str] = "时限中止"
    paused_for: Code
    paused_at: datetime


class DeadlineResumed(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.resumed.v1"
    TITLE: ClassVar[str] = "时限继续"
    due_at: datetime
    remind_at: datetime | None = None
    resumed_at: datetime


class DeadlineRecomputed(DeadlineEvent):
    """A year was published (年历公布): the due date is reckoned anew. ``first_due_at``: before
    anything moved it."""

    TOPIC: ClassVar[str] = "deadline.recomputed.v1"
    TITLE: ClassVar[str] = "重新推算期限"
    was_due_at: datetime
    first_due_at: datetime
    due_at: datetime
    provisional: bool
    remind_at: datetime | None = None


class DeadlineReminded(DeadlineEvent):
    """Its owner's handler is reminded (提醒)."""

    TOPIC: ClassVar[str] = "deadline.reminded.v1"
    TITLE: ClassVar[str] = "临期提醒"
    due_at: datetime


class DeadlineMet(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.met.v1"
    TITLE: ClassVar[str] = "完成"
    late: bool


class DeadlineMissed(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.missed.v1"
    TITLE: ClassVar[str] = "逾期"
    due_at: datetime
    next_at: datetime | None = None
    """When the first step of its ladder is due; the owner's handler is told by the miss itself."""


class DeadlineEscalated(DeadlineEvent):
    """Somebody else is told (逐级提醒): which ``post``, of which organisation. ``outside``: the
    superior is none of the hub's; the owner's own post is told, to tell it. ``to_office``: the
    office of the 督办单 is told, by an order of its own that names no child."""

    TOPIC: ClassVar[str] = "deadline.escalated.v1"
    TITLE: ClassVar[str] = "逐级提醒"
    town: str | None
    due_at: datetime
    step: int
    post: Post
    escalated_to: str | None
    outside: bool
    to_office: bool
    next_at: datetime | None


class DeadlineCancelled(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.cancelled.v1"
    TITLE: ClassVar[str] = "时限终止"
