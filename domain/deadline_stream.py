"""The stream of a deadline (时限): what follows from what is asked. The hub asks for all of it: a
clock's course follows from people's acts by reactions. Only that it is put off (延期), people ask
and decide themselves."""

from __future__ import annotations

from collections.abc import Callable, Container
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.deadline import (
    AdvanceDeadline,
    CancelDeadline,
    DeadlineCancelled,
    DeadlineEscalated,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineRecomputed,
    DeadlineReminded,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
    HandOnDeadline,
    MeetDeadline,
    MoveDeadline,
    PauseDeadline,
    RecomputeDeadline,
    ResumeDeadline,
    SetDeadline,
    deadline_id,
)
from domain.deadline_approval import approve, ask, refuse
from domain.deadline_extension import (
    ApproveExtension,
    AskForExtension,
    DeadlineExtended,
    RefuseExtension,
)
from domain.deadline_ladder import advance
from domain.deadline_state import EVOLVE, Deadline
from domain.kernel import Command, Due, Event, Given, Refused, Stream
from domain.organisations import HUB
from domain.rules import ACCEPT, ACCEPT_OFFER, COMPLETE, Rules, SuspectRules, Timing
from domain.standing import Standing, Stands
from domain.terms import Terms

Decision = Callable[[Deadline, Any, Given], list[Event]]


def _by_hub(decision: Decision) -> Decision:
    """Nobody states a clock: it follows from what was stated."""

    def decide(state: Deadline, command: Command, given: Given) -> list[Event]:
        if given.actor.organisation != HUB:
            raise Refused("DEADLINE_BY_HUB", "时限由系统按规则计算，不能由单位登记。")
        return decision(state, command, given)

    return decide


_SAYS_HOW = {"anew", "avoid", "owner", "rule", "started_at", "ladder", "immediate_danger"}
"""What of the command says how the clock is set, and is decided by then."""


def _set(state: Deadline, command: SetDeadline, given: Given) -> list[Event]:
    if state.unfinished or (state.state is not DeadlineState.NONE and not command.anew):
        return []
    kept_from = set(command.kept_from or ())
    owner = _instead(command.owner, given.conflicted | set(command.avoid) | kept_from, given)
    if command.due_at == state.first_due_at:
        # Of somebody else from here on, and still the same clock (改派).
        return [_of_another(state, owner, given, kept_from | state.kept_from)]
    rules: Rules = given.rules
    timing = rules.timing(command.kind, command.rule, immediate=command.immediate_danger)
    started = command.started_at or given.now
    follows = timing is not None and rules.due(timing.term, started) == command.due_at
    term = timing.term if timing is not None and follows else None
    return [
        DeadlineSet(
            **command.model_dump(exclude=_SAYS_HOW),
            owner=owner,
            remind_at=_reminder(timing, command.due_at, given),
            ladder=command.ladder or (timing.ladder if timing is not None else None),
            started_at=started if term else None,
            term=str(term) if term else None,
            runs_on=timing is not None and timing.runs_on,
            provisional=rules.terms.provisional(term, started, command.due_at),
        )
    ]


def _of_another(
    state: Deadline, owner: str, given: Given, kept_from: AbstractSet[str]
) -> DeadlineSet:
    """The same clock in another hand: what it had left when it was stopped, it has left still."""
    if state.as_set is None or state.due_at is None:
        raise LookupError(owner)
    due_at = _runs_until(state, given)
    return state.as_set.model_copy(
        update={
            "owner": owner,
            "due_at": due_at,
            "remind_at": _as_long_before(state, due_at, given),
            "also_told": tuple(each for each in state.also_told if each not in kept_from) or None,
            "kept_from": tuple(sorted(kept_from)) or None,
        }
    )


def _reminder(timing: Timing | None, due_at: datetime, given: Given) -> datetime | None:
    """When the owner is reminded, if that is still to come: in the morning of its day."""
    if timing is None or timing.remind_before is None:
        return None
    rules: Rules = given.rules
    found = rules.terms.earlier(timing.remind_before, due_at)
    if timing.remind_before.unit not in ("minutes", "hours"):
        found += timedelta(hours=rules.escalation.morning)
    return found if given.now < found < due_at else None


def _as_long_before(state: Deadline, due_at: datetime, given: Given) -> datetime | None:
    """The reminder that is still owed, as long before the due date as it was."""
    if state.remind_at is None or state.due_at is None:
        return None
    found = due_at - (state.due_at - state.remind_at)
    return found if given.now < found else None


def _runs_until(state: Deadline, given: Given) -> datetime:
    """When a clock is due that runs from now on, whether or not it was stopped."""
    if state.due_at is None:
        raise LookupError(state.state)
    if state.paused_at is None:
        return state.due_at
    later: datetime = given.rules.terms.later(state.term, state.due_at, state.paused_at, given.now)
    return later


def _hand_on(state: Deadline, command: HandOnDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    keeps = state.about["owner"]
    goes = command.to if command.former in (None, keeps) else None
    kept_from = state.kept_from | set(command.avoid)
    owner = _instead(goes or keeps, given.conflicted | kept_from, given)
    if owner == keeps and kept_from == state.kept_from:
        return []
    # Cancelled for the one, begun for the other: each sees the end or the beginning of its own.
    return [DeadlineCancelled(**state.about), _of_another(state, owner, given, kept_from)]


def _move(state: Deadline, command: MoveDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.as_set is None or state.about is None:
        return []
    if command.due_at == state.due_at:
        return []
    moved = state.as_set.model_copy(
        update={
            "due_at": command.due_at,
            "remind_at": _as_long_before(state, command.due_at, given),
            "also_told": state.also_told or None,
            "kept_from": tuple(sorted(state.kept_from)) or None,
            # The day is stated, and follows from no term.
            "started_at": None,
            "term": None,
            "provisional": False,
        }
    )
    found: list[Event] = [DeadlineCancelled(**state.about), moved]
    if state.state is DeadlineState.PAUSED:
        # What is left until the new day it has left still when it runs on.
        stands = DeadlinePaused(**state.about, paused_for=state.paused_for, paused_at=given.now)
        found.append(stands)
    return found


def _pause(state: Deadline, command: PauseDeadline, given: Given) -> list[Event]:
    if state.state is not DeadlineState.RUNNING or state.about is None or state.due_at is None:
        return []
    if state.runs_on or (_about_itself(state) and state.runs_on_by(given.rules)):
        raise Refused(
            "DEADLINE_RUNS_ON",
            "侵害、保护令和查找类事项的时限昼夜连续计算，不能中止。",
        )
    if given.now >= state.due_at:
        # It is missed, whether or not the clock has asked yet: nothing hides that any more.
        return []
    return [DeadlinePaused(**state.about, paused_for=command.reason, paused_at=given.now)]


def _about_itself(state: Deadline) -> bool:
    """Whether its kind alone says by which row it runs: a referral's clocks run by the referral's
    own, which is asked before its clock is stopped (暂缓)."""
    return state.as_set is not None and state.as_set.kind not in (ACCEPT, COMPLETE, ACCEPT_OFFER)


def _resume(state: Deadline, command: ResumeDeadline, given: Given) -> list[Event]:
    if state.state is not DeadlineState.PAUSED or state.about is None:
        return []
    due_at = _runs_until(state, given)
    return [
        DeadlineResumed(
            **state.about,
            due_at=due_at,
            remind_at=_as_long_before(state, due_at, given),
            resumed_at=given.now,
        )
    ]


def _instead(owner: str, conflicted: Container[str], given: Given) -> str:
    suspects: SuspectRules = given.rules.suspects
    return suspects.nearest(owner, conflicted)


def _recompute(state: Deadline, command: RecomputeDeadline, given: Given) -> list[Event]:
    runs = state.state in (DeadlineState.RUNNING, DeadlineState.MISSED) and not state.extended
    was, term, first = state.as_set, state.term, state.first_due_at
    if not runs or was is None or not was.provisional or state.certain or state.due_at is None:
        return []
    if term is None or was.started_at is None or first is None:
        return []
    terms: Terms = given.rules.terms
    reckoned = terms.due(term, was.started_at)
    provisional = terms.provisional(term, was.started_at, reckoned)
    if reckoned == first:
        return []
    due_at = terms.moved(term, state.due_at, reckoned - first)
    return [
        DeadlineRecomputed(
            **(state.about or {}),
            was_due_at=state.due_at,
            first_due_at=reckoned,
            due_at=due_at,
            provisional=provisional,
            remind_at=_as_long_before(state, due_at, given),
        )
    ]


def _meet(state: Deadline, command: MeetDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None or state.due_at is None:
        return []
    # It was stopped before it was due. One that was missed and put off afterwards was late.
    late = state.missed or (state.paused_at is None and given.now >= state.due_at)
    return [DeadlineMet(**state.about, late=late)]


def _cancel(state: Deadline, command: CancelDeadline, given: Given) -> list[Event]:
    if not state.unfinished or state.about is None:
        return []
    return [DeadlineCancelled(**state.about)]


DEADLINE: Stream[Deadline] = Stream(
    name="deadline",
    initial=Deadline(),
    decide={
        SetDeadline: _by_hub(_set),
        HandOnDeadline: _by_hub(_hand_on),
        MoveDeadline: _by_hub(_move),
        PauseDeadline: _by_hub(_pause),
        ResumeDeadline: _by_hub(_resume),
        MeetDeadline: _by_hub(_meet),
        CancelDeadline: _by_hub(_cancel),
        RecomputeDeadline: _by_hub(_recompute),
        AdvanceDeadline: _by_hub(advance),
        AskForExtension: ask,
        ApproveExtension: approve,
        RefuseExtension: refuse,
    },
    evolve=EVOLVE,
    locate=lambda command, load: deadline_id(command.subject_id, command.kind),
    due=Due(
        starts={
            DeadlineSet: ("remind_at", "due_at"),
            DeadlineRecomputed: ("remind_at", "due_at"),
            DeadlineExtended: ("remind_at", "due_at"),
            DeadlineReminded: ("due_at",),
            DeadlineResumed: ("remind_at", "due_at"),
            # What was missed before there were ladders begins its own at once.
            DeadlineMissed: ("next_at", "due_at"),
            DeadlineEscalated: ("next_at",),
        },
        over=(DeadlinePaused, DeadlineMet, DeadlineCancelled),
        ask=lambda stream, facts: AdvanceDeadline(
            subject_id=UUID(facts["subject_id"]),
            kind=facts["kind"],
            child_ref=UUID(facts["child_ref"]),
        ),
    ),
    stands=lambda state, rules: [Standing(Stands.OPEN_DEADLINE)] if state.unfinished else [],
)
