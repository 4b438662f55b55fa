"""The rungs of a guardianship case (监护个案), as its events lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.guardianship_care import (
    EmergencyCareBegun,
    GuardianshipRestored,
    RevocationDecided,
    RevocationSought,
)
from domain.guardianship_codes import Conclusion, Proposed
from domain.guardianship_events import (
    AdmonitionRecorded,
    AssessmentApproved,
    AssessmentNeeded,
    AssessmentRecorded,
    ChildPlaced,
    ChildReturnedHome,
    DissuasionRecorded,
    GuardianshipCaseClosed,
    GuidanceOrdered,
    PoliceInformed,
)


class GuardianshipState(StrEnum):
    """The rungs carried so far (domain reference §4)."""

    NONE = "NONE"
    DISSUADED = "DISSUADED"
    POLICE_REPORTED = "POLICE_REPORTED"
    ADMONISHED = "ADMONISHED"
    GUIDANCE_ORDERED = "GUIDANCE_ORDERED"
    ASSESSING = "ASSESSING"
    HOME_SUPPORT = "HOME_SUPPORT"
    TEMP_GUARDIANSHIP = "TEMP_GUARDIANSHIP"
    RETURNED_FOLLOWUP = "RETURNED_FOLLOWUP"
    REVOCATION_SOUGHT = "REVOCATION_SOUGHT"
    RESTORED = "RESTORED"
    OTHER_GUARDIAN = "OTHER_GUARDIAN"
    STATE_LONG_TERM = "STATE_LONG_TERM"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody put forward and another person is to decide. ``placement``: how often the child
    had been placed by then; ``corrected``: it restates what was decided before."""

    what: Proposed
    author: str
    placement: int
    corrected: bool = False
    assessed_on: date | None = None
    conclusion: Conclusion | None = None
    follow_up_months: int | None = None


@dataclass(frozen=True, slots=True)
class Revoked:
    """A guardianship that the court revoked: whether it was restored since."""

    restored: bool = False


@dataclass(frozen=True, slots=True)
class GuardianshipCase:
    state: GuardianshipState = GuardianshipState.NONE
    admonitions: int = 0
    police_told: frozenset[date] = frozenset()
    assessment_asked: bool = False
    placements: int = 0
    care: ChildPlaced | None = None
    """The newest placement as it stands: who cares, and its clocks."""
    stays: int = 0
    """How often an institution took the child in: each time is a task of its own."""
    follow_up_until: date | None = None
    """Set while the newest assessment says that the placed child can go home."""
    assessed_on: date | None = None
    """The day of that assessment, whatever it says."""
    child_ref: UUID | None = None
    pending: Mapping[tuple[str, int], Proposal] = field(default_factory=dict)
    """What awaits a decision, by the organisation that put it forward and its number there."""
    proposals: Mapping[str, int] = field(default_factory=dict)
    """How many each organisation has put forward: one is never told of another's by its number."""
    follow_up_months: int | None = None
    """For how long the child is followed up from its return on, where that was chosen for it."""
    returned_on: date | None = None
    placed: bool = False
    """The child is in temporary guardianship, whatever rung was reached since."""
    emergency_since: date | None = None
    """Since when it is cared for in an emergency (紧急临时照料), if it is."""
    seeking: bool = False
    """That a guardianship be revoked was applied for and is not decided."""
    revoked: Revoked | None = None
    orders: Mapping[str, date] = field(default_factory=dict)
    """By kind (训诫, 告诫书, 督促监护令, 家庭教育指导令) the day on which the newest was served."""

    @property
    def open(self) -> bool:
        return self.state not in (GuardianshipState.NONE, GuardianshipState.CLOSED)

    @property
    def unsettled(self) -> bool:
        """Whether somebody cares for the child in an emergency, or the court has yet to decide
        whose it is: no such case is closed."""
        return self.open and (self.emergency_since is not None or self.seeking)


def state_after(
    state: GuardianshipState, topic: str, facts: Mapping[str, Any]
) -> GuardianshipState:
    """The rung that an event leads to, by its topic and clear facts: for the fold here and for
    every view. A lower rung stated later is no step down, what is corrected in a closed case leaves
    it closed, and what rewords something that is over (``current``) leaves every state."""
    if not facts.get("current", True):
        return state
    reached = _reached(topic, facts)
    if topic == AssessmentRecorded.TOPIC and facts.get("awaits"):
        # Somebody is assessing, whatever comes of it; nothing that was reached is undone by that.
        return _begun(state)
    if topic == EmergencyCareBegun.TOPIC:
        return _begun(state)
    if reached is None or state is GuardianshipState.CLOSED:
        return state
    if reached in _WHEREVER_IT_STOOD or topic == RevocationDecided.TOPIC:
        return reached
    return reached if _RANK[reached] >= _RANK[state] else state


def _begun(state: GuardianshipState) -> GuardianshipState:
    return GuardianshipState.ASSESSING if state is GuardianshipState.NONE else state


def _reached(topic: str, facts: Mapping[str, Any]) -> GuardianshipState | None:
    if topic == AdmonitionRecorded.TOPIC and facts.get("guidance_ordered"):
        return GuardianshipState.GUIDANCE_ORDERED
    if topic in _ASSESSED:
        return _STATE_OF_CONCLUSION.get(facts.get("conclusion", ""))
    if topic == RevocationDecided.TOPIC:
        # What the court left as it was is to be assessed anew.
        guardian = facts.get("guardian")
        return GuardianshipState(guardian) if guardian else GuardianshipState.ASSESSING
    return _STATE_OF_TOPIC.get(topic)


_ASSESSED = (AssessmentRecorded.TOPIC, AssessmentApproved.TOPIC)

_STATE_OF_TOPIC = {
    DissuasionRecorded.TOPIC: GuardianshipState.DISSUADED,
    PoliceInformed.TOPIC: GuardianshipState.POLICE_REPORTED,
    AdmonitionRecorded.TOPIC: GuardianshipState.ADMONISHED,
    GuidanceOrdered.TOPIC: GuardianshipState.GUIDANCE_ORDERED,
    AssessmentNeeded.TOPIC: GuardianshipState.ASSESSING,
    ChildPlaced.TOPIC: GuardianshipState.TEMP_GUARDIANSHIP,
    ChildReturnedHome.TOPIC: GuardianshipState.RETURNED_FOLLOWUP,
    RevocationSought.TOPIC: GuardianshipState.REVOCATION_SOUGHT,
    GuardianshipRestored.TOPIC: GuardianshipState.RESTORED,
    GuardianshipCaseClosed.TOPIC: GuardianshipState.CLOSED,
}

_STATE_OF_CONCLUSION = {
    Conclusion.HOME_SUPPORT: GuardianshipState.HOME_SUPPORT,
    Conclusion.PLACE: GuardianshipState.ASSESSING,
}
"""A child to be placed is assessed until it is; whether it can go home changes no rung."""

_WHEREVER_IT_STOOD = (
    GuardianshipState.TEMP_GUARDIANSHIP,
    GuardianshipState.RETURNED_FOLLOWUP,
    GuardianshipState.REVOCATION_SOUGHT,
    GuardianshipState.RESTORED,
    GuardianshipState.CLOSED,
)

# A later assessment takes the place of an earlier one.
_RANK = {state: rank for rank, state in enumerate(GuardianshipState)} | {
    GuardianshipState.HOME_SUPPORT: list(GuardianshipState).index(GuardianshipState.ASSESSING)
}
