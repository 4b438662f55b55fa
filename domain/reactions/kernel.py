"""The form of a reaction: event in, commands out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.deadline import SetDeadline
from domain.kernel import Category, Command, Event, Recorded, derived_id
from domain.referral import RequestReferral


class Places(Protocol):
    """Which organisation answers where: read from the directory by whoever calls."""

    def police_station(self, town: str | None) -> str:
        """The station whose beat covers a town, else the sub-bureau's command desk."""

    def town_of(self, organisation: str) -> str | None:
        """The 9-digit code of the town an organisation sits in."""


Then = Callable[[Any, Recorded, Places], Sequence[Command]]


@dataclass(frozen=True, slots=True)
class Reaction:
    """``then(event, cause, places)`` gives the commands that follow from one event, where
    ``cause`` is the event as recorded (its stream, header and position). ``at_once``: carried out
    in the append of its cause; else afterwards, by following the log."""

    name: str
    on: tuple[type[Event], ...]
    then: Then
    at_once: bool = False


def when(*events: type[Event], at_once: bool = False) -> Callable[[Then], Reaction]:
    """Turn a function ``when_x_then_y`` into a :class:`Reaction` on these event types."""

    def register(then: Then) -> Reaction:
        return Reaction(name=then.__name__, on=events, then=then, at_once=at_once)

    return register


def clock_of(
    cause: Recorded,
    kind: str,
    *,
    owner: str,
    town: str | None,
    due_at: datetime,
    started_at: datetime | None = None,
) -> SetDeadline:
    """A clock that runs on the stream of its cause itself, which is no child's; one that is over,
    or was cancelled, runs anew. ``started_at``: from when its term counts, where not from now."""
    return SetDeadline(
        subject_id=cause.originator_id,
        kind=kind,
        child_ref=cause.originator_id,
        matter=cause.event.category,
        owner=owner,
        town=town,
        due_at=due_at,
        started_at=started_at,
        anew=True,
    )


class OfPlan(Protocol):
    """What a plan's facts say of whose it is."""

    @property
    def child_ref(self) -> UUID: ...
    @property
    def owner(self) -> str: ...
    @property
    def town(self) -> str | None: ...


def clock_of_plan(event: OfPlan, plan: UUID, kind: str, due_at: datetime) -> SetDeadline:
    """A clock of whoever keeps a child's plan (服务计划、监护支持计划); it runs anew."""
    return SetDeadline(
        subject_id=plan,
        kind=kind,
        child_ref=event.child_ref,
        matter=Category.GUARDIANSHIP,
        owner=event.owner,
        town=event.town,
        due_at=due_at,
        anew=True,
    )


def refer(
    cause: Recorded,
    kind: str,
    addressee: str,
    *,
    case: UUID,
    sender: str,
    town: str | None,
    referral_id: UUID | None = None,
    immediate_danger: bool = False,
) -> RequestReferral:
    """A referral whose id derives from its cause, so that a replay asks for the same one; a matter
    that ends otherwise than by its answer gives the id, by which it is found again."""
    return RequestReferral(
        referral_id=referral_id or derived_id("referral", cause.header.event_id, kind, addressee),
        child_ref=cause.subject,
        case_id=case,
        kind=kind,
        sender=sender,
        addressee=addressee,
        town=town,
        immediate_danger=immediate_danger,
    )
