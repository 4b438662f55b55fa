"""With each step of a yearly return goes the clock of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.annual_return import CHECK, CONFIRM, FILL, LOCK
from domain.annual_return_events import (
    ReturnChecked,
    ReturnConfirmed,
    ReturnLocked,
    ReturnOpened,
    ReturnSentBack,
    ReturnSubmitted,
)
from domain.deadline import CancelDeadline, MeetDeadline
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, clock_of, when


@when(ReturnOpened, at_once=True)
def when_a_return_is_opened_then_it_is_to_be_filled_in(
    event: ReturnOpened, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [_clock(cause, FILL, event.department, event.due_at)]


@when(ReturnSubmitted, at_once=True)
def when_a_return_is_submitted_then_it_is_to_be_checked(
    event: ReturnSubmitted, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [_met(cause, FILL), _clock(cause, CHECK, event.checker, event.due_at)]


@when(ReturnSentBack, at_once=True)
def when_a_return_is_sent_back_then_it_is_to_be_filled_in_anew(
    event: ReturnSentBack, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Whatever step it was at is over: whoever checks it acted."""
    over = [CancelDeadline(subject_id=cause.originator_id, kind=kind) for kind in (CONFIRM, LOCK)]
    return [_met(cause, CHECK), *over, _clock(cause, FILL, event.department, event.due_at)]


@when(ReturnChecked, at_once=True)
def when_a_return_is_checked_then_it_is_to_be_confirmed(
    event: ReturnChecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [_met(cause, CHECK), _clock(cause, CONFIRM, event.department, event.due_at)]


@when(ReturnConfirmed, at_once=True)
def when_a_return_is_confirmed_then_it_is_to_be_locked(
    event: ReturnConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [_met(cause, CONFIRM), _clock(cause, LOCK, event.checker, event.due_at)]


@when(ReturnLocked, at_once=True)
def when_a_return_is_locked_then_nothing_is_owed(
    event: ReturnLocked, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [_met(cause, LOCK)]


def _met(cause: Recorded, kind: str) -> MeetDeadline:
    return MeetDeadline(subject_id=cause.originator_id, kind=kind)


def _clock(cause: Recorded, kind: str, owner: str, due_at: datetime) -> Command:
    return clock_of(cause, kind, owner=owner, town=None, due_at=due_at)
