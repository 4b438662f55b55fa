"""What is known of a deadline (时限): the fold of its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.deadline import (
    DeadlineCancelled,
    DeadlineEscalated,
    DeadlineEvent,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineRecomputed,
    DeadlineReminded,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
)
from domain.deadline_extension import DeadlineExtended, ExtensionAsked, ExtensionRefused
from domain.kernel import Category, Event
from domain.terms import Term, parse_term


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
    paused_for: str = ""
    remind_at: datetime | None = None
    step: int = 0
    """How many steps of its ladder were gone."""
    next_at: datetime | None = None
    """When the next one is due."""
    asked: ExtensionAsked | None = None
    """The extension that is asked for and not decided."""
    extended: bool = False
    missed: bool = False
    """It was missed once: what came after does not make it one in time."""
    certain: bool = False
    """It was recomputed once all years it counts days of were published."""

    @property
    def child_ref(self) -> UUID | None:
        """Whose file a decision about it is given."""
        return self.as_set.child_ref if self.as_set is not None else None

    @property
    def owner(self) -> str:
        return str(self.about["owner"]) if self.about is not None else ""

    @property
    def also_told(self) -> tuple[str, ...]:
        """Whom its ladder has reached."""
        return (self.about or {}).get("also_told") or ()

    @property
    def kept_from(self) -> frozenset[str]:
        """Who is conflicted by what it comes of."""
        return frozenset((self.about or {}).get("kept_from") or ())

    @property
    def unfinished(self) -> bool:
        return self.state in (DeadlineState.RUNNING, DeadlineState.PAUSED, DeadlineState.MISSED)

    @property
    def runs_on(self) -> bool:
        """Whether nothing stops it: as it was set, and of harm whatever it was set as."""
        return self.as_set is not None and bool(
            self.as_set.runs_on or self.as_set.matter is Category.HARM
        )

    def runs_on_by(self, rules: Any) -> bool:
        """Whether nothing puts it off: also where it was set before anything said so, by the rule
        of its kind; unknown counts so."""
        if self.runs_on or self.as_set is None or self.as_set.runs_on is not None:
            return self.runs_on
        timing = rules.timing(self.as_set.kind, None)
        return timing is None or bool(timing.runs_on)

    @property
    def term(self) -> Term | None:
        """Its length, where that is known."""
        return _term(self.as_set.term) if self.as_set is not None else None


def _term(stated: str | None) -> Term | None:
    return None if stated is None else Term.model_validate(parse_term(stated))


def _was_set(state: Deadline, event: DeadlineSet) -> Deadline:
    about = {name: getattr(event, name) for name in DeadlineEvent.model_fields}
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
        remind_at=event.remind_at,
        missed=bool(same) and state.missed,
    )


def _paused(state: Deadline, event: DeadlinePaused) -> Deadline:
    return replace(
        state,
        state=DeadlineState.PAUSED,
        paused_at=event.paused_at,
        paused_for=event.paused_for,
    )


def _resumed(state: Deadline, event: DeadlineResumed) -> Deadline:
    return replace(
        state,
        state=DeadlineState.RUNNING,
        due_at=event.due_at,
        paused_at=None,
        remind_at=event.remind_at,
    )


def _extended(state: Deadline, event: DeadlineExtended) -> Deadline:
    return replace(
        state,
        state=DeadlineState.RUNNING,
        due_at=event.due_at,
        remind_at=event.remind_at,
        asked=None,
        extended=True,
    )


def _recomputed(state: Deadline, event: DeadlineRecomputed) -> Deadline:
    """What was missed by a date that was not certain runs again; the clock finds whether it is
    missed by the certain one."""
    return replace(
        state,
        state=DeadlineState.RUNNING,
        due_at=event.due_at,
        first_due_at=event.first_due_at,
        remind_at=event.remind_at,
        certain=not event.provisional,
        missed=False,
    )


def _missed(state: Deadline, event: DeadlineMissed) -> Deadline:
    return replace(state, state=DeadlineState.MISSED, step=0, next_at=event.next_at, missed=True)


def _escalated(state: Deadline, event: DeadlineEscalated) -> Deadline:
    about = dict(state.about or {})
    told = event.escalated_to
    if told is not None and told not in (event.owner, *state.also_told):
        about["also_told"] = (*state.also_told, told)
    return replace(state, about=about, step=event.step, next_at=event.next_at)


def _moves_to(to: DeadlineState) -> Callable[[Deadline, Event], Deadline]:
    return lambda state, event: replace(state, state=to)


EVOLVE: Mapping[type[Event], Callable[[Deadline, Any], Deadline]] = {
    DeadlineSet: _was_set,
    DeadlineRecomputed: _recomputed,
    ExtensionAsked: lambda state, event: replace(state, asked=event),
    DeadlineExtended: _extended,
    ExtensionRefused: lambda state, event: replace(state, asked=None),
    DeadlineReminded: lambda state, event: replace(state, remind_at=None),
    DeadlinePaused: _paused,
    DeadlineResumed: _resumed,
    DeadlineMet: _moves_to(DeadlineState.MET),
    DeadlineMissed: _missed,
    DeadlineEscalated: _escalated,
    DeadlineCancelled: _moves_to(DeadlineState.CANCELLED),
}
