"""What happens to a case under a lead (联办案件、牵头单位): its states, its facts, their fold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from domain.kernel import Category, Event


class JointState(StrEnum):
    """States of a case under a lead."""

    NONE = "NONE"
    OPEN = "OPEN"
    OFFERED = "OFFERED"
    CLOSED = "CLOSED"


STATE_WORDS: Mapping[str, str] = {
    JointState.OPEN: "办理中",
    JointState.OFFERED: "移交牵头，待答复",
    JointState.CLOSED: "已办结",
}


class JointCaseEvent(Event):
    """``lead``: who leads from here on. ``told_to``: for whom the fact was written, beside whoever
    stated it. Its category is that of its matter."""

    TITLE: ClassVar[str] = "牵头办理"
    CATEGORY: ClassVar[Category] = Category.WHO
    child_ref: UUID
    case_id: UUID
    matter: Category
    lead: str
    told_to: str

    @property
    def category(self) -> Category:
        return self.matter


class JointCaseOpened(JointCaseEvent):
    TOPIC: ClassVar[str] = "joint_case.opened.v1"
    TITLE: ClassVar[str] = "确定牵头单位"


class LeadOffered(JointCaseEvent):
    TOPIC: ClassVar[str] = "joint_case.lead_offered.v1"
    TITLE: ClassVar[str] = "请求移交牵头"
    offered_to: str
    answer_by: datetime


class LeadAccepted(JointCaseEvent):
    TOPIC: ClassVar[str] = "joint_case.lead_accepted.v1"
    TITLE: ClassVar[str] = "接收牵头"
    former: str


class LeadDeclined(JointCaseEvent):
    """``taken_back``: not by the one that was asked. ``declined_for`` is a code of
    policies/leads.toml."""

    TOPIC: ClassVar[str] = "joint_case.lead_declined.v1"
    TITLE: ClassVar[str] = "牵头未移交"
    offered_to: str
    taken_back: bool
    declined_for: str | None


class LeadHandedOn(JointCaseEvent):
    """By the hub, out of the hand of one that is told nothing."""

    TOPIC: ClassVar[str] = "joint_case.lead_handed_on.v1"
    TITLE: ClassVar[str] = "改由本单位牵头"


class JointCaseAnswered(JointCaseEvent):
    """Nothing that was asked of anybody in it is open any more: its lead closes it by
    ``close_by``."""

    TOPIC: ClassVar[str] = "joint_case.answered.v1"
    TITLE: ClassVar[str] = "待牵头单位结案"
    close_by: datetime


class JointCaseResumed(JointCaseEvent):
    """Somebody was asked for something more: it is not to be closed yet."""

    TOPIC: ClassVar[str] = "joint_case.resumed.v1"
    TITLE: ClassVar[str] = "联办继续"


class JointCaseClosed(JointCaseEvent):
    TOPIC: ClassVar[str] = "joint_case.closed.v1"
    TITLE: ClassVar[str] = "联办结案"


@dataclass(frozen=True, slots=True)
class Transfer:
    """移交牵头 that was accepted."""

    former: str
    lead: str


@dataclass(frozen=True, slots=True)
class JointCase:
    state: JointState = JointState.NONE
    child_ref: UUID | None = None
    case_id: UUID | None = None
    matter: Category = Category.WHO
    lead: str = ""
    offered_to: str | None = None
    answer_by: datetime | None = None
    close_by: datetime | None = None
    """By when its lead is to close it; None while something of it is open."""
    transfers: tuple[Transfer, ...] = ()

    @property
    def about(self) -> dict[str, Any]:
        return {
            "child_ref": self.child_ref,
            "case_id": self.case_id,
            "matter": self.matter,
            "lead": self.lead,
        }


def _opened(state: JointCase, event: JointCaseOpened) -> JointCase:
    return replace(
        state,
        state=JointState.OPEN,
        child_ref=event.child_ref,
        case_id=event.case_id,
        matter=event.matter,
        lead=event.lead,
        close_by=None,
    )


def _offered(state: JointCase, event: LeadOffered) -> JointCase:
    to, by = event.offered_to, event.answer_by
    return replace(state, state=JointState.OFFERED, offered_to=to, answer_by=by)


def _accepted(state: JointCase, event: LeadAccepted) -> JointCase:
    transfers = (*state.transfers, Transfer(event.former, event.lead))
    return replace(_led_by(state, event), transfers=transfers)


def _led_by(state: JointCase, event: LeadAccepted | LeadHandedOn) -> JointCase:
    """By when the one before was to close it is nothing to the next."""
    return replace(_offer_over(state, event), lead=event.lead, close_by=None)


def _offer_over(state: JointCase, event: Event) -> JointCase:
    return replace(state, state=JointState.OPEN, offered_to=None, answer_by=None)


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> str:
    """Where it stands, by as many of its facts as a view holds."""
    after = _STATE_OF_TOPIC.get(topic)
    return state if after is None else after.value


_STATE_OF_TOPIC = {
    JointCaseOpened.TOPIC: JointState.OPEN,
    LeadOffered.TOPIC: JointState.OFFERED,
    LeadAccepted.TOPIC: JointState.OPEN,
    LeadDeclined.TOPIC: JointState.OPEN,
    LeadHandedOn.TOPIC: JointState.OPEN,
    JointCaseClosed.TOPIC: JointState.CLOSED,
}

EVOLVE: Mapping[type[Event], Callable[[Any, Any], JointCase]] = {
    JointCaseOpened: _opened,
    LeadOffered: _offered,
    LeadAccepted: _accepted,
    LeadDeclined: _offer_over,
    LeadHandedOn: _led_by,
    JointCaseAnswered: lambda state, event: replace(state, close_by=event.close_by),
    JointCaseResumed: lambda state, event: replace(state, close_by=None),
    JointCaseClosed: lambda state, event: replace(state, state=JointState.CLOSED, close_by=None),
}
