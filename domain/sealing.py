"""The sealing (封存) of a record: asked for by one person, approved by another, carried out.

预防未成年人犯罪法 59, 刑事诉讼法 286. From the approval on the record is as if it never was, to
everybody: the fence stands in the record's own stream, and whatever is stated there later begins
another record. What may not be sealed (a victim's records, live orders, safety instructions, open
duties) refuses the request, and the refusal is recorded with its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.kernel import Actor, Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Post, seat_of
from domain.standing import Stands


class SealingState(StrEnum):
    """How far a sealing has come."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    REFUSED = "REFUSED"
    APPROVED = "APPROVED"
    COMPLETED = "COMPLETED"


BEGUN = (SealingState.APPROVED, SealingState.COMPLETED)
"""States from which nobody goes back."""


def sealing_id(record: UUID) -> UUID:
    """The id of a record's sealing: there is one."""
    return derived_id("sealing", record)


class OnSealing(Command):
    """``record`` is the stream of the record, ``child_ref`` whom it is about."""

    child_ref: UUID
    record: UUID


class RequestSealing(OnSealing):
    """申请封存. ``stands``: what stands in its way, as whoever asks has found it in the log."""

    record_class: str
    stands: tuple[Stands, ...] = ()
    until: date | None = None


class ApproveSealing(OnSealing):
    """批准封存, by somebody else than who asked. ``stands`` as in :class:`RequestSealing`."""

    stands: tuple[Stands, ...] = ()
    until: date | None = None


class CompleteSealing(OnSealing):
    """The hub has carried it out: when the record's data key was taken out of the key store, and
    when the epoch key that wrapped it was destroyed; ``generation`` as in
    :class:`domain.erasure.CompleteErasure`."""

    keys_taken_at: datetime
    epoch_destroyed_at: datetime
    generation: int | None


class SealRecord(Command):
    """The record's sealing is approved: asked by the hub, in the append of the approval."""

    child_ref: UUID
    record: UUID


class SealingEvent(Event):
    TITLE: ClassVar[str] = "封存"
    CATEGORY: ClassVar[Category] = Category.WHO
    SURVIVES: ClassVar[bool] = True
    child_ref: UUID
    record: UUID


class SealingRequested(SealingEvent):
    TOPIC: ClassVar[str] = "sealing.requested.v1"
    TITLE: ClassVar[str] = "申请封存"
    record_class: str
    requested_by: str


class SealingRefused(SealingEvent):
    """``until``: until when the last of it stays, where that is a day."""

    TOPIC: ClassVar[str] = "sealing.refused.v2"
    TITLE: ClassVar[str] = "不予封存"
    stands: tuple[Stands, ...]
    until: date | None


class SealingApproved(SealingEvent):
    TOPIC: ClassVar[str] = "sealing.approved.v1"
    TITLE: ClassVar[str] = "批准封存"


class SealingCompleted(SealingEvent):
    TOPIC: ClassVar[str] = "sealing.completed.v1"
    TITLE: ClassVar[str] = "封存完成"
    keys_taken_at: datetime
    epoch_destroyed_at: datetime
    generation: int | None


class RecordSealed(Event):
    """The fence, in the record's own stream: nothing of the record is shown, and nothing that is
    stated later is of it."""

    TOPIC: ClassVar[str] = "record_seal.sealed.v1"
    CATEGORY: ClassVar[Category] = Category.WHO
    TITLE: ClassVar[str] = "依法封存"
    SURVIVES: ClassVar[bool] = True
    RECEIPT: ClassVar[str] = "sealed"
    """The kind of a receipt's last revision once its record was sealed: the same record, sent
    again, is taken as new."""
    child_ref: UUID


@dataclass(frozen=True, slots=True)
class Sealing:
    state: SealingState = SealingState.NONE
    record_class: str = ""
    requested_by: str = ""


def may_ask(given: Given) -> None:
    """Raise Refused if the actor may neither ask for a sealing or an opening nor approve one."""
    if seat_of(given.actor.organisation) not in given.rules.sealing.seats:
        raise Refused("SEALING_NOT_YOURS", "封存和调阅封存记录由法院、检察院申请和批准。")
    if given.actor.post == Post.SYSTEM.value:
        raise Refused("SEALING_NOBODY", "封存须由两名工作人员分别申请和批准，请以本人登录名办理。")


def may_approve(given: Given, requested_by: str) -> None:
    """Raise Refused if the actor may not approve what ``requested_by`` asked for."""
    may_ask(given)
    if given.actor.post not in given.rules.sealing.approving_posts:
        raise Refused("SEALING_POST", "封存和调阅由负责人或值班领导批准，请交其办理。")
    if given.actor.user == requested_by:
        raise Refused("SEALING_SAME_PERSON", "申请人不能批准自己的申请，请由另一人批准。")


def by_the_hub(actor: Actor) -> None:
    """Raise Refused for anybody else than the hub itself."""
    if actor.organisation != HUB:
        raise Refused("SEALING_NOT_YOURS", "此步骤由系统完成，不能手工登记。")


def _not_begun(state: Sealing) -> None:
    if state.state in BEGUN:
        raise Refused("SEALING_DONE", "该记录已批准封存，不需要再申请。")


def _request(state: Sealing, command: RequestSealing, given: Given) -> list[Event]:
    may_ask(given)
    _not_begun(state)
    if command.stands:
        return [_refused(command)]
    if command.record_class not in given.rules.sealing.classes:
        raise Refused("SEALING_CLASS", "该记录不属于可以封存的类别。")
    return [
        SealingRequested(
            child_ref=command.child_ref,
            record=command.record,
            record_class=command.record_class,
            requested_by=given.actor.user,
        )
    ]


def _approve(state: Sealing, command: ApproveSealing, given: Given) -> list[Event]:
    may_ask(given)
    _not_begun(state)
    if state.state is not SealingState.REQUESTED:
        raise Refused("SEALING_NOT_REQUESTED", "没有待批准的封存申请，请先申请。")
    may_approve(given, state.requested_by)
    if command.stands:
        return [_refused(command)]
    return [SealingApproved(child_ref=command.child_ref, record=command.record)]


def _refused(command: RequestSealing | ApproveSealing) -> Event:
    return SealingRefused(
        child_ref=command.child_ref,
        record=command.record,
        stands=command.stands,
        until=command.until,
    )


def _complete(state: Sealing, command: CompleteSealing, given: Given) -> list[Event]:
    by_the_hub(given.actor)
    if state.state is not SealingState.APPROVED:
        return []
    return [SealingCompleted(**command.model_dump())]


SEALING: Stream[Sealing] = Stream(
    name="sealing",
    initial=Sealing(),
    decide={
        RequestSealing: _request,
        ApproveSealing: _approve,
        CompleteSealing: _complete,
    },
    evolve={
        SealingRequested: lambda state, event: Sealing(
            SealingState.REQUESTED, event.record_class, event.requested_by
        ),
        SealingRefused: lambda state, event: replace(state, state=SealingState.REFUSED),
        SealingApproved: lambda state, event: replace(state, state=SealingState.APPROVED),
        SealingCompleted: lambda state, event: replace(state, state=SealingState.COMPLETED),
    },
    locate=lambda command, load: sealing_id(command.record),
)


def _seal(sealed: bool, command: SealRecord, given: Given) -> list[Event]:
    by_the_hub(given.actor)
    return [] if sealed else [RecordSealed(child_ref=command.child_ref)]


RECORD_SEAL: Stream[bool] = Stream(
    name="record_seal",
    initial=False,
    decide={SealRecord: _seal},
    evolve={RecordSealed: lambda sealed, event: True},
    # The fence stands in the stream that it closes.
    locate=lambda command, load: command.record,
)
