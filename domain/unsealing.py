"""The opening (调阅) of a sealed record for a case: two people, a case number and an expiry.

预防未成年人犯罪法 59, 刑事诉讼法 286: 司法机关为办案需要. Opened, the record is read by the two who
asked and approved, and by nobody else; to everybody else it is as if it never was. Its key needs
both who hold it (:class:`domain.rules.SealingRules`), and is gone again when the opening ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel import Category, Command, Event, Given, Refused, Stream
from domain.sealing import by_the_hub, may_approve, may_ask


class OpeningState(StrEnum):
    NONE = "NONE"
    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    ENDED = "ENDED"


class OnOpening(Command):
    """``opening`` is its own id, ``record`` the stream of the sealed record."""

    opening: UUID


class RequestOpening(OnOpening):
    """申请调阅, until an instant. The case number is kept sealed beside it."""

    child_ref: UUID
    record: UUID
    expires_at: datetime


class ApproveOpening(OnOpening):
    """批准调阅, by somebody else than who asked."""


class EndOpening(OnOpening):
    """结束调阅: by the clock once it has expired, or before by one of the two."""


class OpeningEvent(Event):
    TITLE: ClassVar[str] = "调阅封存记录"
    CATEGORY: ClassVar[Category] = Category.WHO
    SURVIVES: ClassVar[bool] = True
    child_ref: UUID
    record: UUID


class OpeningRequested(OpeningEvent):
    TOPIC: ClassVar[str] = "unsealing.requested.v1"
    TITLE: ClassVar[str] = "申请调阅封存记录"
    expires_at: datetime
    requested_by: str


class OpeningApproved(OpeningEvent):
    TOPIC: ClassVar[str] = "unsealing.approved.v1"
    TITLE: ClassVar[str] = "批准调阅封存记录"
    approved_by: str


class OpeningEnded(OpeningEvent):
    TOPIC: ClassVar[str] = "unsealing.ended.v1"
    TITLE: ClassVar[str] = "重新封存"


@dataclass(frozen=True, slots=True)
class Opening:
    state: OpeningState = OpeningState.NONE
    child_ref: UUID | None = None
    record: UUID | None = None
    expires_at: datetime | None = None
    requested_by: str = ""
    approved_by: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether the record may be read by it at an instant."""
        approved = self.state is OpeningState.APPROVED
        return approved and self.expires_at is not None and now < self.expires_at

    @property
    def readers(self) -> frozenset[str]:
        """The two who read it."""
        return frozenset({self.requested_by, self.approved_by}) - {""}


def _request(state: Opening, command: RequestOpening, given: Given) -> list[Event]:
    may_ask(given)
    if state.state is not OpeningState.NONE:
        return []
    longest = timedelta(days=given.rules.sealing.longest_opening_days)
    if not given.now < command.expires_at <= given.now + longest:
        days = given.rules.sealing.longest_opening_days
        raise Refused("OPENING_TERM", f"调阅期限应晚于现在，最长{days}天，请核对后重报。")
    return [
        OpeningRequested(
            child_ref=command.child_ref,
            record=command.record,
            expires_at=command.expires_at,
            requested_by=given.actor.user,
        )
    ]


def _about(state: Opening) -> dict[str, UUID]:
    if state.child_ref is None or state.record is None:
        raise Refused("OPENING_NONE", "没有这项调阅申请，请核对编号。")
    return {"child_ref": state.child_ref, "record": state.record}


def _approve(state: Opening, command: ApproveOpening, given: Given) -> list[Event]:
    may_ask(given)
    about = _about(state)
    if state.state is not OpeningState.REQUESTED:
        raise Refused("OPENING_NOT_REQUESTED", "该调阅申请已经批准或结束。")
    may_approve(given, state.requested_by)
    if state.expires_at is None or given.now >= state.expires_at:
        raise Refused("OPENING_EXPIRED", "申请的调阅期限已过，请重新申请。")
    return [OpeningApproved(**about, approved_by=given.actor.user)]


def _end(state: Opening, command: EndOpening, given: Given) -> list[Event]:
    about = _about(state)
    if state.state is OpeningState.ENDED:
        return []
    if given.actor.user not in state.readers:
        by_the_hub(given.actor)
        if state.expires_at is not None and given.now < state.expires_at:
            return []
    return [OpeningEnded(**about)]


UNSEALING: Stream[Opening] = Stream(
    name="unsealing",
    initial=Opening(),
    decide={RequestOpening: _request, ApproveOpening: _approve, EndOpening: _end},
    evolve={
        OpeningRequested: lambda state, event: Opening(
            OpeningState.REQUESTED,
            event.child_ref,
            event.record,
            event.expires_at,
            event.requested_by,
        ),
        OpeningApproved: lambda state, event: replace(
            state, state=OpeningState.APPROVED, approved_by=event.approved_by
        ),
        OpeningEnded: lambda state, event: replace(state, state=OpeningState.ENDED),
    },
    locate=lambda command, load: command.opening,
)
