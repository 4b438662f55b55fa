"""Where a dropout case (控辍保学) stands, and what each event makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.dropout_codes import BECOMES, VERIFY, VISIT, DropoutState
from domain.dropout_events import (
    AbsenceReported,
    DropoutConfirmed,
    DropoutStruckOff,
    DropoutSuspected,
    LawfulAbsenceApproved,
    LawfulAbsenceEnded,
    MeasureCalled,
    PersuasionFailedRepeatedly,
    PersuasionRecorded,
    ReturnedToSchool,
    SeriousAbsenceNoted,
    SuspicionLifted,
)
from domain.kernel import Event, Given
from domain.organisations import Seat, seat_of


@dataclass(frozen=True, slots=True)
class DropoutCase:
    state: DropoutState = DropoutState.NONE
    child_ref: UUID | None = None
    school: str = ""
    absent_since: date | None = None
    school_days: int = 0
    persuasions: Mapping[tuple[str, date], bool] = field(default_factory=dict)
    """Whether each persuasion was in vain, by who persuaded and when: a corrected record takes
    the place of the one it corrects and is not counted twice."""
    supervision_asked: bool = False
    suspicions: int = 0
    """How often the case was suspected: each suspicion has tasks of its own."""
    approved_until: date | None = None
    """Until which day the absence is approved as lawful."""
    running: frozenset[str] = frozenset()
    """Clocks and tasks of the absence itself that are not over."""
    measures: frozenset[str] = frozenset()
    """Joint measures that were called for."""
    serious: bool = False
    """Said of the suspicion that there is."""
    away_since: date | None = None
    """Since when it is without leave, where a lawful absence came before."""
    lawful_until: date | None = None
    """Until which day it is lawful, where anybody said so."""

    @property
    def open(self) -> bool:
        return self.state not in (DropoutState.NONE, DropoutState.STRUCK_OFF)

    @property
    def settled(self) -> bool:
        """Back in class or struck off: another absence is another occurrence."""
        return self.state in (DropoutState.RETURNED, DropoutState.STRUCK_OFF)


OPEN_SUSPICION = (DropoutState.SUSPECTED, DropoutState.PERSUADING, DropoutState.DROPOUT)
"""States in which others have the case in hand."""

DECIDED = (*OPEN_SUSPICION, DropoutState.RETURNED)
"""States that a further ledger row of the same absence leaves as they are."""


AWAY = (DropoutState.ABSENT_UNVERIFIED, *OPEN_SUSPICION)
"""States in which the child is away without leave."""


def concerns(state: DropoutCase, given: Given) -> bool:
    """A school acts on its own pupils' cases only; other seats are judged by their rights. Whose
    pupil it is the roll says, and only for a child on no roll whoever reported first."""
    actor = given.actor.organisation
    if seat_of(actor) is not Seat.SCHOOL:
        return True
    enrolled = given.child.school if given.child is not None else None
    return actor == (enrolled or state.school or actor)


def state_after(state: DropoutState, topic: str, facts: Mapping[str, Any]) -> DropoutState:
    """The state that an event leads to, by its topic and clear facts.

    The one rule for the fold here and for every view, which may hold only some of a case's
    events; to whoever sees nothing but a persuasion the case is one of persuasion.
    """
    if topic == AbsenceReported.TOPIC:
        of_another_school = not facts.get("of_own_pupil", True)
        if state in (*DECIDED, DropoutState.STRUCK_OFF):
            return state
        if of_another_school and state is not DropoutState.NONE:
            return state
        lawful = facts.get("lawful", False)
        return DropoutState.LAWFUL_ABSENCE if lawful else DropoutState.ABSENT_UNVERIFIED
    if topic == PersuasionRecorded.TOPIC:
        # Only a suspected case moves on: persuading early must not keep a longer absence from
        # being suspected, and with it police, town and civil affairs from being told.
        moves = state in (DropoutState.NONE, DropoutState.SUSPECTED)
        return DropoutState.PERSUADING if moves else state
    return _STATE_OF_TOPIC.get(topic, state)


_STATE_OF_TOPIC = {
    DropoutSuspected.TOPIC: DropoutState.SUSPECTED,
    LawfulAbsenceApproved.TOPIC: DropoutState.LAWFUL_ABSENCE,
    LawfulAbsenceEnded.TOPIC: DropoutState.ABSENT_UNVERIFIED,
    DropoutConfirmed.TOPIC: DropoutState.DROPOUT,
    SuspicionLifted.TOPIC: DropoutState.LAWFUL_ABSENCE,
    ReturnedToSchool.TOPIC: DropoutState.RETURNED,
    DropoutStruckOff.TOPIC: DropoutState.STRUCK_OFF,
}


def _moved(state: DropoutCase, event: Event) -> DropoutCase:
    return replace(state, state=state_after(state.state, event.TOPIC, vars(event)))


def _absent(state: DropoutCase, event: AbsenceReported) -> DropoutCase:
    if not event.of_own_pupil and state.state is not DropoutState.NONE:
        # A row about another school's pupil is kept and changes nothing: a mistyped number must
        # not take the case over, nor turn an absence into a lawful one.
        return state
    return replace(
        _moved(state, event),
        child_ref=event.child_ref,
        school=event.school,
        absent_since=state.absent_since or event.absent_since,
        school_days=event.school_days,
        lawful_until=event.until,
        running=(state.running - set(event.over)) | set(begun_by(event)),
    )


def begun_by(event: AbsenceReported | LawfulAbsenceApproved) -> tuple[str, ...]:
    """Which clock and task of the absence begin with an event."""
    visited = (
        isinstance(event, AbsenceReported) and event.visit_home and event.home_village is not None
    )
    verified = event.verify_by is not None
    return (*([VERIFY] if verified else []), *([VISIT] if visited else []))


def _suspected(state: DropoutCase, event: DropoutSuspected) -> DropoutCase:
    begun = state.running | ({BECOMES} if event.dropout_at is not None else set())
    # One that no row of a ledger began (SuspectDropout) is known by what the suspicion itself says.
    return replace(
        _moved(state, event),
        child_ref=event.child_ref,
        school=state.school or event.school,
        absent_since=state.absent_since or event.absent_since,
        suspicions=event.suspicion,
        serious=False,
        running=begun,
    )


def _over(state: DropoutCase, event: SuspicionLifted | ReturnedToSchool) -> DropoutCase:
    return replace(_moved(state, event), running=state.running - set(event.over))


def _was_approved(state: DropoutCase, event: LawfulAbsenceApproved) -> DropoutCase:
    return replace(
        _moved(state, event),
        approved_until=event.until,
        lawful_until=event.until,
        running=(state.running - set(event.over)) | set(begun_by(event)),
    )


def _persuaded(state: DropoutCase, event: PersuasionRecorded) -> DropoutCase:
    return replace(
        _moved(state, event),
        persuasions={**state.persuasions, (event.stated_by, event.persuaded_on): event.in_vain},
    )


def _supervision_asked(state: DropoutCase, event: PersuasionFailedRepeatedly) -> DropoutCase:
    return replace(state, supervision_asked=True)


EVOLVE: Mapping[type[Event], Callable[[Any, Any], DropoutCase]] = {
    AbsenceReported: _absent,
    DropoutSuspected: _suspected,
    LawfulAbsenceApproved: _was_approved,
    LawfulAbsenceEnded: lambda state, event: replace(_moved(state, event), away_since=event.since),
    SuspicionLifted: _over,
    DropoutConfirmed: _moved,
    MeasureCalled: lambda state, event: replace(state, measures=state.measures | {event.measure}),
    SeriousAbsenceNoted: lambda state, event: replace(state, serious=True),
    PersuasionRecorded: _persuaded,
    PersuasionFailedRepeatedly: _supervision_asked,
    ReturnedToSchool: _over,
    DropoutStruckOff: _moved,
}
