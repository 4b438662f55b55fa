"""Where an application for aid (保障申请) stands: its folded state, and the state that each view
reads from the events that it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.aid_codes import Applicant, Finding
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidGiven,
    AidGranted,
    AidRefused,
    AidReviewed,
    AidVerified,
)
from domain.kernel import Category, Event


class AidState(StrEnum):
    NONE = "NONE"
    APPLIED = "APPLIED"
    VERIFIED = "VERIFIED"
    GRANTED = "GRANTED"
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


AID_STATE_WORDS: Mapping[str, str] = {
    AidState.NONE: "无",
    AidState.APPLIED: "待核验",
    AidState.VERIFIED: "待审批",
    AidState.GRANTED: "已批准",
    AidState.GIVEN: "已给付",
    AidState.REFUSED: "不予批准",
    AidState.ENDED: "已终止",
}

OPEN = frozenset({AidState.APPLIED, AidState.VERIFIED})
"""Applied for, and not decided."""
RUNNING = frozenset({AidState.GRANTED, AidState.GIVEN})


@dataclass(frozen=True, slots=True)
class Aid:
    """``taken_down_by`` and ``verified_by`` are users' pseudonyms."""

    state: AidState = AidState.NONE
    child_ref: UUID | None = None
    matter: Category = Category.MEANS
    taken_by: str = ""
    verifier: str = ""
    decider: str = ""
    town: str | None = None
    choose_one: str | None = None
    applied_on: date | None = None
    applicant: Applicant | None = None
    finding: Finding | None = None
    in_kind: bool = False
    taken_down_by: str = ""
    verified_by: str = ""

    @property
    def about(self) -> dict[str, Any]:
        return {
            "child_ref": self.child_ref,
            "matter": self.matter,
            "taken_by": self.taken_by,
            "verifier": self.verifier,
            "decider": self.decider,
            "town": self.town,
            "told_to": self.decider if self.matter is Category.HEALTH else None,
            "choose_one": self.choose_one,
        }


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> AidState:
    """The state that an event leads to, by its topic and clear facts. What rewords an earlier step
    moves nothing back; a view that holds a later step alone reads that one."""
    now = AidState(state or AidState.NONE)
    if topic == AidApplied.TOPIC:
        return AidState.APPLIED if now is AidState.NONE else now
    if topic == AidVerified.TOPIC:
        incomplete = facts.get("finding") == Finding.INCOMPLETE
        before = now in OPEN or now is AidState.NONE
        return AidState.VERIFIED if before and not incomplete else now
    if now is AidState.ENDED:
        return now
    if topic == AidGranted.TOPIC:
        return AidState.GIVEN if now is AidState.GIVEN else AidState.GRANTED
    return _STATE_OF_TOPIC.get(topic, now)


_STATE_OF_TOPIC = {
    AidRefused.TOPIC: AidState.REFUSED,
    AidGiven.TOPIC: AidState.GIVEN,
    AidEnded.TOPIC: AidState.ENDED,
}


def moved(state: Aid, event: Any) -> Aid:
    """After any event of an application."""
    return replace(state, state=state_after(state.state, event.TOPIC, vars(event)))


def applied(state: Aid, event: AidApplied) -> Aid:
    """The newest word on who applies counts."""
    return replace(
        moved(state, event),
        child_ref=event.child_ref,
        matter=event.matter,
        taken_by=event.taken_by,
        verifier=event.verifier,
        decider=event.decider,
        town=event.town,
        choose_one=event.choose_one,
        applied_on=event.applied_on,
        applicant=event.applicant,
        taken_down_by=event.prepared_by,
    )


def verified(state: Aid, event: AidVerified) -> Aid:
    finding = state.finding if event.finding is Finding.INCOMPLETE else event.finding
    return replace(moved(state, event), finding=finding, verified_by=event.prepared_by)


def granted(state: Aid, event: AidGranted) -> Aid:
    return replace(moved(state, event), in_kind=event.in_kind)


def reviewed(state: Aid, event: AidReviewed) -> Aid:
    """Whoever looked at it looks again."""
    return replace(moved(state, event), verifier=event.verifier, town=event.town)


EVOLVE: Mapping[type[Event], Callable[[Any, Any], Any]] = {
    AidApplied: applied,
    AidVerified: verified,
    AidGranted: granted,
    AidRefused: moved,
    AidGiven: moved,
    AidReviewed: reviewed,
    AidEnded: moved,
}
