"""The deadline (时限): set, paused and resumed, met, missed, cancelled; every step an event, so
that a replay shows when it was missed and under which rule.

Due dates are Shanghai days ending at 24:00, kept as UTC instants; that instant itself is the
next day's first and late. Nothing fires by itself: the
clock finds what is due and asks; the decision is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from domain.kernel import Category, Command, Due, Event, Given, Refused, Stream, derived_id
from domain.rules import Rules, SuspectRules
from domain.standing import Standing, Stands
from domain.terms import Term, parse_term

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
    ``started_at``: from when it counts, where that is not now. ``anew``: what was met or
    cancelled is owed once more. ``avoid``: who is conflicted (利害关系单位); the next
    one owes it in their place (policies/suspects.toml)."""

    subject_id: UUID
    kind: str
    child_ref: UUID
    matter: Category
    owner: str
    town: str | None
    due_at: datetime
    rule: str | None = None
    started_at: datetime | None = None
    anew: bool = False
    avoid: tuple[str, ...] = ()


class HandOnDeadline(Command):
    """Whoever is conflicted by now does not keep the clock: it goes, with its due day, to the next
    one. Nothing happens where its owner is not conflicted, or it is over."""

    READS_CHILD: ClassVar[bool] = True
    subject_id: UUID
    kind: str
    child_ref: UUID


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
    as_set: DeadlineSet | None = None
    first_due_at: datetime | None = None
    """As it was reckoned, before anything moved it."""
    paused_at: datetime | None = None

    @property
    def unfinished(self) -> bool:
        return self.state in (DeadlineState.RUNNING, DeadlineState.PAUSED, DeadlineState.MISSED)

    @property
    def runs_on(self) -> bool:
        """Whether nothing stops it: as it was set, and of harm whatever it was set as."""
        return self.as_set is not None and bool(
            self.as_set.runs_on or self.as_set.matter is Category.HARM
        )

    @property
    def term(self) -> Term | None:
        """Its length, where that is known."""
        return _term(self.as_set.term) if self.as_set is not None else None


def _term(stated: str | None) -> Term | None:
    return None if stated is None else Term.model_validate(parse_term(stated))


def _set(state: Deadline, command: SetDeadline, given: Given) -> list[Event]:
    if state.unfinished or (state.state is not DeadlineState.NONE and not command.anew):
        return []
    owner = _instead(command.owner, command.avoid, given)
    if command.due_at == state.first_due_at:
        # Of somebody else from here on, and still the same clock (改派).
        return [_of_another(state, owner, given)]
    rules: Rules = given.rules
    timing = rules.timing(command.kind, command.rule)
    started = command.started_at or given.now
    follows = timing is not None and rules.due(timing.term, started) == command.due_at
    term = timing.term if timing is not None and follows else None
    return [
        DeadlineSet(
            **command.model_dump(exclude={"anew", "avoid", "owner", "rule", "started_at"}),
            owner=owner,
            started_at=started if term else None,
            term=str(term) if term else None,
            runs_on=timing is not None and timing.runs_on,
            provisional=rules.terms.provisional(term, started, command.due_at),
        )
    ]


def _of_another(state: Deadline, owner: str, given: Given) -> DeadlineSet:
    """The same clock in another hand: what it had left when it was stopped, it has left still."""
    if state.as_set is None or state.due_at is None:
        raise LookupError(owner)
    return state.as_set.model_copy(update={"owner": owner, "due_at": _runs_until(state, given)})


def _runs_until(state: Deadline, given: Given) -> datetime:
    """When a clock is due that runs from now on, whether or not it was stopped."""
    if state.due_at is None:
        raise LookupError(state.state)
    if state.paused_at is None:
        return state.due_at
    later: datetime = given.rules.terms.later(state.term, state.due_at, state.paused_at, given.now)
    return later


def _hand_on(state: Deadline, command: HandOnDeadline, given: Given) -> list[Event]:
    conflicted = given.child.conflicted if given.child is not None else frozenset()
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    owner = _instead(state.about["owner"], conflicted, given)
    if owner == state.about["owner"]:
        return []
    # Cancelled for the one, begun for the other: each sees the end or the beginning of its own.
    return [DeadlineCancelled(**state.about), _of_another(state, owner, given)]


def _pause(state: Deadline, command: PauseDeadline, given: Given) -> list[Event]:
    if state.state is not DeadlineState.RUNNING or state.about is None or state.due_at is None:
        return []
    if state.runs_on:
        raise Refused(
            "DEADLINE_RUNS_ON",
            "侵害、保护令和查找类事项的时限昼夜连续计算，不能中止。",
        )
    if given.now >= state.due_at:
        # It is missed, whether or not the clock has asked yet: nothing hides that any more.
        return []
    return [DeadlinePaused(**state.about, paused_for=command.reason, paused_at=given.now)]


def _resume(state: Deadline, command: ResumeDeadline, given: Given) -> list[Event]:
    if state.state is not DeadlineState.PAUSED or state.about is None:
        return []
    return [DeadlineResumed(**state.about, due_at=_runs_until(state, given), resumed_at=given.now)]


def _instead(owner: str, conflicted: Container[str], given: Given) -> str:
    suspects: SuspectRules = given.rules.suspects
    return suspects.nearest(owner, conflicted)


def _meet(state: Deadline, command: MeetDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    # It was stopped before it was due.
    late = state.paused_at is None and given.now >= state.due_at
    return [DeadlineMet(**state.about, late=late)]


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
    was = state.as_set
    same = (
        was is not None
        and event.term
        and (event.term, event.started_at) == (was.term, was.started_at)
    )
    return Deadline(
        state=DeadlineState.RUNNING,
        about=about,
        due_at=event.due_at,
        town=event.town,
        as_set=event,
        first_due_at=state.first_due_at if same else event.due_at,
    )


def _paused(state: Deadline, event: DeadlinePaused) -> Deadline:
    return replace(state, state=DeadlineState.PAUSED, paused_at=event.paused_at)


def _resumed(state: Deadline, event: DeadlineResumed) -> Deadline:
    return replace(state, state=DeadlineState.RUNNING, due_at=event.due_at, paused_at=None)


def _moves_to(to: DeadlineState) -> Callable[[Deadline, Event], Deadline]:
    return lambda state, event: replace(state, state=to)


DEADLINE: Stream[Deadline] = Stream(
    name="deadline",
    initial=Deadline(),
    decide={
        SetDeadline: _set,
        HandOnDeadline: _hand_on,
        PauseDeadline: _pause,
        ResumeDeadline: _resume,
        MeetDeadline: _meet,
        CancelDeadline: _cancel,
        MissDeadline: _miss,
    },
    evolve={
        DeadlineSet: _was_set,
        DeadlinePaused: _paused,
        DeadlineResumed: _resumed,
        DeadlineMet: _moves_to(DeadlineState.MET),
        DeadlineMissed: _moves_to(DeadlineState.MISSED),
        DeadlineCancelled: _moves_to(DeadlineState.CANCELLED),
    },
    locate=lambda command, load: deadline_id(command.subject_id, command.kind),
    due=Due(
        starts=(DeadlineSet, DeadlineResumed),
        over=(DeadlinePaused, DeadlineMet, DeadlineMissed, DeadlineCancelled),
        ask=lambda stream, facts: MissDeadline(
            subject_id=UUID(facts["subject_id"]), kind=facts["kind"]
        ),
    ),
    stands=lambda state, rules: [Standing(Stands.OPEN_DEADLINE)] if state.unfinished else [],
)
