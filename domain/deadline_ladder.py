"""What is due of a clock by now: the reminder, the miss, the steps of its ladder (逐级提醒)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.deadline import (
    AdvanceDeadline,
    DeadlineEscalated,
    DeadlineMissed,
    DeadlineReminded,
    DeadlineState,
)
from domain.deadline_state import EVOLVE, Deadline
from domain.escalation import Step
from domain.kernel import Event, Given
from domain.rules import Rules

_NOTICED_LATE: Final = timedelta(days=1)
"""What is decided so long after it was due (it came into another hand; nothing was running) begins
its next step from now: nobody is passed over because the hub stood still."""


def advance(state: Deadline, command: AdvanceDeadline, given: Given) -> list[Event]:
    if state.about is None or state.due_at is None:
        return []
    found: list[Event] = []
    if state.state is DeadlineState.RUNNING:
        if given.now < state.due_at:
            owed = state.remind_at is not None and state.remind_at <= given.now
            return [DeadlineReminded(**state.about, due_at=state.due_at)] if owed else []
        next_at = _due(state, 0, state.due_at, given)
        found.append(DeadlineMissed(**state.about, due_at=state.due_at, next_at=next_at))
    elif state.state is not DeadlineState.MISSED:
        return []
    elif state.next_at is None and not state.step:
        # Missed before there was anybody to tell: its ladder begins now, once.
        state = replace(state, next_at=given.now)
    # All that is due by now: the clock asks once.
    while True:
        state = _gone(state, found)
        if state.next_at is None or given.now < state.next_at:
            return found
        rules: Rules = given.rules
        steps = _steps(state, rules)
        number = rules.escalation.next_step(steps, state.step, state.owner)
        if number is None:
            # The ladder became shorter since.
            return found
        found.append(_escalated(state, steps[number], number, given))


def _gone(state: Deadline, found: Sequence[Event]) -> Deadline:
    """The state after the last event that was found."""
    return EVOLVE[type(found[-1])](state, found[-1]) if found else state


def _due(state: Deadline, begun: int, base: datetime, given: Given) -> datetime | None:
    """When the step after the first ``begun`` ones is due; None where there is none."""
    rules: Rules = given.rules
    steps = _steps(state, rules)
    number = rules.escalation.next_step(steps, begun, state.owner)
    if number is None:
        return None
    if given.now - base >= _NOTICED_LATE:
        base = given.now
    return rules.terms.morning_after(steps[number].after, base, rules.escalation.morning)


def _steps(state: Deadline, rules: Rules) -> tuple[Step, ...]:
    ladder = state.as_set.ladder if state.as_set is not None else None
    return rules.escalation.steps(ladder, state.owner)


def _escalated(state: Deadline, step: Step, number: int, given: Given) -> DeadlineEscalated:
    """The step that is due. Whoever is conflicted (利害关系单位) is never told: the next one is, in
    their place. The office sees no child: it is told apart."""
    rules: Rules = given.rules
    whom = rules.escalation.whom(step, state.owner)
    told = rules.suspects.nearest(whom.organisation, given.conflicted | state.kept_from)
    to_office = whom.office and told == whom.organisation
    return DeadlineEscalated(
        **(state.about or {}),
        town=state.town,
        due_at=state.due_at or given.now,
        step=number + 1,
        post=step.post,
        escalated_to=None if to_office else told,
        outside=whom.outside and told == whom.organisation,
        to_office=to_office,
        next_at=_due(state, number + 1, state.next_at or given.now, given),
    )
