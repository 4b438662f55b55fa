"""The deadline (时限): set, met, missed, cancelled; every step an event, so that a replay shows
when it was missed and under which rule.

Due dates are Shanghai days ending at 24:00, kept as UTC instants; that instant itself is the
next day's first and late. Nothing fires by itself: the
clock finds what is due and asks; the decision is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Due, Event, Given, Stream, derived_id
from domain.rules import SuspectRules
from domain.standing import Standing, Stands


class DeadlineState(StrEnum):
    NONE = "NONE"
    RUNNING = "RUNNING"
    MET = "MET"
    MISSED = "MISSED"
    CANCELLED = "CANCELLED"


def deadline_id(subject: UUID, kind: str, occurrence: int = 1) -> UUID:
    """The id of the n-th deadline of one kind on one subject (a referral or a case)."""
    return derived_id("deadline", subject, kind, occurrence)


class SetDeadline(Command):
    """Start a clock that ``owner`` must meet by ``due_at`` (UTC). ``anew``: what was met or
    cancelled is owed once more. ``avoid``: who is conflicted (利害关系单位); the next
    one owes it in their place (policies/suspects.toml)."""

    subject_id: UUID
    kind: str
    child_ref: UUID
    matter: Category
    owner: str
    town: str | None
    due_at: datetime
    anew: bool = False
    avoid: tuple[str, ...] = ()


class HandOnDeadline(Command):
    """Whoever is conflicted by now does not keep the clock: it goes, with its due day, to the next
    one. Nothing happens where its owner is not conflicted, or it is over."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    child_ref: UUID


class MeetDeadline(Command):
    subject_id: UUID
    kind: str


class CancelDeadline(Command):
    subject_id: UUID
    kind: str


class MissDeadline(Command):
    """Asked by the clock; refused in silence when the deadline is not due or already over."""

    subject_id: UUID
    kind: str


class DeadlineEvent(Event):
    TITLE: ClassVar[str] = "时限"
    CATEGORY: ClassVar[Category] = Category.WHO
    subject_id: UUID
    kind: str
    child_ref: UUID
    matter: Category
    owner: str

    @property
    def category(self) -> Category:
        return self.matter


class DeadlineSet(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.set.v1"
    TITLE: ClassVar[str] = "起算时限"
    town: str | None
    due_at: datetime


class DeadlineMet(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.met.v1"
    TITLE: ClassVar[str] = "完成"
    late: bool


class DeadlineMissed(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.missed.v1"
    TITLE: ClassVar[str] = "逾期"
    due_at: datetime


class DeadlineCancelled(DeadlineEvent):
    TOPIC: ClassVar[str] = "deadline.cancelled.v1"
    TITLE: ClassVar[str] = "时限终止"


@dataclass(frozen=True, slots=True)
class Deadline:
    state: DeadlineState = DeadlineState.NONE
    about: dict[str, Any] | None = None
    due_at: datetime | None = None
    town: str | None = None

    @property
    def unfinished(self) -> bool:
        return self.state in (DeadlineState.RUNNING, DeadlineState.MISSED)


def _set(state: Deadline, command: SetDeadline, given: Given) -> list[Event]:
    if state.unfinished or (state.state is not DeadlineState.NONE and not command.anew):
        return []
    return [
        DeadlineSet(
            **command.model_dump(exclude={"anew", "avoid", "owner"}),
            owner=_instead(command.owner, command.avoid, given),
        )
    ]


def _hand_on(state: Deadline, command: HandOnDeadline, given: Given) -> list[Event]:
    conflicted = given.child.conflicted if given.child is not None else frozenset()
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    owner = _instead(state.about["owner"], conflicted, given)
    if owner == state.about["owner"]:
        return []
    # Cancelled for the one, begun for the other: each sees the end or the beginning of its own.
    return [
        DeadlineCancelled(**state.about),
        DeadlineSet(**{**state.about, "owner": owner}, town=state.town, due_at=state.due_at),
    ]


def _instead(owner: str, conflicted: Container[str], given: Given) -> str:
    suspects: SuspectRules = given.rules.suspects
    return suspects.nearest(owner, conflicted)


def _meet(state: Deadline, command: MeetDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    return [DeadlineMet(**state.about, late=given.now >= state.due_at)]


def _cancel(state: Deadline, command: CancelDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None:
        return []
    return [DeadlineCancelled(**state.about)]


def _miss(state: Deadline, command: MissDeadline, given: Given) -> list[Event]:
    running = state.state is DeadlineState.RUNNING
    if not running or state.about is None or state.due_at is None or given.now < state.due_at:
        return []
    return [DeadlineMissed(**state.about, due_at=state.due_at)]


def _was_set(state: Deadline, event: DeadlineSet) -> Deadline:
    about = {
        "subject_id": event.subject_id,
        "kind": event.kind,
        "child_ref": event.child_ref,
        "matter": event.matter,
        "owner": event.owner,
    }
    return Deadline(state=DeadlineState.RUNNING, about=about, due_at=event.due_at, town=event.town)


def _moves_to(to: DeadlineState) -> Callable[[Deadline, Event], Deadline]:
    return lambda state, event: replace(state, state=to)


DEADLINE: Stream[Deadline] = Stream(
    name="deadline",
    initial=Deadline(),
    decide={
        SetDeadline: _set,
        HandOnDeadline: _hand_on,
        MeetDeadline: _meet,
        CancelDeadline: _cancel,
        MissDeadline: _miss,
    },
    evolve={
        DeadlineSet: _was_set,
        DeadlineMet: _moves_to(DeadlineState.MET),
        DeadlineMissed: _moves_to(DeadlineState.MISSED),
        DeadlineCancelled: _moves_to(DeadlineState.CANCELLED),
    },
    locate=lambda command, load: deadline_id(command.subject_id, command.kind),
    due=Due(
        starts=(DeadlineSet,),
        over=(DeadlineMet, DeadlineMissed, DeadlineCancelled),
        ask=lambda stream, facts: MissDeadline(
            subject_id=UUID(facts["subject_id"]), kind=facts["kind"]
        ),
    ),
    stands=lambda state, rules: [Standing(Stands.OPEN_DEADLINE)] if state.unfinished else [],
)
