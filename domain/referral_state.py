"""Where a referral stands, folded from its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.kernel import Category, Event
from domain.referral_facts import (
    ReferralAccepted,
    ReferralAssigned,
    ReferralClosed,
    ReferralCompleted,
    ReferralConfined,
    ReferralDrafted,
    ReferralFailed,
    ReferralHeld,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    ReferralRequested,
    ReferralResumed,
    ReferralReturned,
    ReferralStarted,
    ReferralState,
    ReferralVoided,
    ReferralWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom the addressee has asked to take it over (移交), and what shows it to that one."""

    to: str
    item: UUID


@dataclass(frozen=True, slots=True)
class Referral:
    state: ReferralState = ReferralState.NONE
    child_ref: UUID | None = None
    case_id: UUID | None = None
    kind: str = ""
    matter: Category = Category.WHO
    sender: str = ""
    addressee: str = ""
    town: str | None = None
    complete_by: datetime | None = None
    to: str = ""
    """To whom a draft is to go."""
    by_hand: bool = False
    immediate_danger: bool = False
    """Somebody is in danger now (正处于危险)."""
    closed: bool = False
    """Its sender has confirmed what came of it."""
    had_by: frozenset[str] = frozenset()
    """Whoever had it and has it no more."""
    accepted_by: str = ""
    """Who accepted it, a pseudonym; empty where nobody did by hand."""
    handler: str = ""
    deputy: str | None = None
    held_until: datetime | None = None
    held_from: ReferralState = ReferralState.NONE
    """The state to which it comes back after a hold."""
    held_on: date | None = None
    holds: int = 0
    """How often it rested, and for how many days in all: whoever has it by now."""
    rested_days: int = 0
    offer: Offer | None = None
    """The offer that is not answered yet."""
    offers: int = 0
    """How often it was offered to anybody."""
    kept_from: frozenset[str] = frozenset()
    """Who is shown nothing of it, and neither asked nor told: by what it comes of."""

    @property
    def offered_to(self) -> str | None:
        """Who was asked to take it over, and has not answered."""
        return self.offer.to if self.offer else None

    @property
    def about(self) -> dict[str, Any]:
        """The facts that every later event of the referral repeats."""
        return {
            "child_ref": self.child_ref,
            "case_id": self.case_id,
            "kind": self.kind,
            "matter": self.matter,
            "sender": self.sender,
            "addressee": self.addressee,
            "kept_from": tuple(sorted(self.kept_from)) or None,
        }


def _requested(state: Referral, event: ReferralRequested) -> Referral:
    return Referral(
        state=ReferralState.REQUESTED,
        child_ref=event.child_ref,
        case_id=event.case_id,
        kind=event.kind,
        matter=event.matter,
        sender=event.sender,
        addressee=event.addressee,
        town=event.town,
        complete_by=event.complete_by,
        by_hand=event.by_hand,
        immediate_danger=bool(event.immediate_danger),
        kept_from=frozenset(event.kept_from or ()),
    )


def _drafted(state: Referral, event: ReferralDrafted) -> Referral:
    return Referral(
        state=ReferralState.DRAFT,
        child_ref=event.child_ref,
        case_id=event.case_id,
        kind=event.kind,
        matter=event.matter,
        sender=event.sender,
        addressee=event.addressee,
        to=event.to,
    )


def _reassigned(state: Referral, event: ReferralReassigned) -> Referral:
    return replace(
        state,
        state=ReferralState.REQUESTED,
        # Another kind, where it was handed to who is conflicted, and is taken over.
        kind=event.kind,
        matter=event.matter,
        addressee=event.addressee,
        had_by=state.had_by | {event.former},
        kept_from=frozenset(event.kept_from or ()),
        **_NOBODYS,
    )


_NOBODYS: Mapping[str, Any] = {
    "accepted_by": "",
    "handler": "",
    "deputy": None,
    "held_until": None,
    "held_from": ReferralState.NONE,
}
"""What of one organisation's desk does not go with it to the next."""


def _accepted(state: Referral, event: ReferralAccepted) -> Referral:
    by = event.handler or ""
    return replace(state, state=ReferralState.ACCEPTED, accepted_by=by, handler=state.handler or by)


def _held(state: Referral, event: ReferralHeld) -> Referral:
    return replace(
        state,
        state=ReferralState.ON_HOLD,
        held_until=event.due_at,
        held_from=state.state,
        held_on=event.held_on,
        holds=state.holds + 1,
    )


def _resumed(state: Referral, event: ReferralResumed) -> Referral:
    return replace(
        state,
        state=state.held_from,
        held_until=None,
        held_from=ReferralState.NONE,
        held_on=None,
        rested_days=state.rested_days + (event.rested_days or 0),
    )


def _offered(state: Referral, event: ReferralOffered) -> Referral:
    return replace(state, offer=Offer(event.offered_to, event.item), offers=state.offers + 1)


def _moved(state: Referral, event: ReferralMoved) -> Referral:
    return replace(
        state,
        state=ReferralState.ACCEPTED,
        addressee=event.addressee,
        had_by=state.had_by | {event.former},
        offer=None,
        **{**_NOBODYS, "accepted_by": event.handler or "", "handler": event.handler or ""},
    )


def _moves_to(to: ReferralState) -> Callable[[Referral, Event], Referral]:
    return lambda state, event: replace(state, state=to)


EVOLVE: Mapping[type[Event], Callable[[Any, Any], Referral]] = {
    ReferralDrafted: _drafted,
    ReferralRequested: _requested,
    ReferralAccepted: _accepted,
    ReferralAssigned: lambda state, event: replace(
        state, handler=event.handler, deputy=event.deputy
    ),
    ReferralHeld: _held,
    ReferralResumed: _resumed,
    ReferralStarted: _moves_to(ReferralState.IN_PROGRESS),
    ReferralCompleted: _moves_to(ReferralState.COMPLETED),
    ReferralFailed: _moves_to(ReferralState.FAILED),
    ReferralReturned: _moves_to(ReferralState.REJECTED),
    ReferralReassigned: _reassigned,
    ReferralWithdrawn: _moves_to(ReferralState.CANCELLED),
    ReferralVoided: _moves_to(ReferralState.ENTERED_IN_ERROR),
    ReferralClosed: lambda state, event: replace(state, closed=True),
    ReferralOffered: _offered,
    ReferralMoved: _moved,
    ReferralOfferDeclined: lambda state, event: replace(state, offer=None),
    ReferralConfined: lambda state, event: replace(
        state, kept_from=frozenset(event.kept_from or ())
    ),
}
