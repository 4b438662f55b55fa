"""The erasure (删除) of a child's file: asked for by one person, approved by another, carried out.

个人信息保护法 47. What is approved is final: from that event on nothing more is recorded of the
child, and nobody is told apart from somebody who was never there. What may not be erased (a
victim's records, live orders, safety instructions, open duties) refuses the request, and the
refusal is recorded with its reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.code_sets import CodeSet
from domain.kernel import Category, Command, Erased, Event, Given, Refused, Stream, derived_id
from domain.organisations import HUB, Post, seat_of
from domain.standing import Stands


class ErasureGround(StrEnum):
    """Why personal information is erased: the cases of 个人信息保护法 47(1)."""

    PURPOSE_FULFILLED = "PURPOSE_FULFILLED"
    RETENTION_OVER = "RETENTION_OVER"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    UNLAWFUL = "UNLAWFUL"


ERASURE_GROUND = CodeSet(
    "ERASURE_GROUND",
    "删除依据",
    {
        ErasureGround.PURPOSE_FULFILLED: "处理目的已实现、无法实现或者不再必要",
        ErasureGround.RETENTION_OVER: "保存期限已届满",
        ErasureGround.CONSENT_WITHDRAWN: "个人撤回同意",
        ErasureGround.UNLAWFUL: "违反法律、行政法规或者约定处理",
    },
)


class ErasureState(StrEnum):
    """How far an erasure has come."""

    NONE = "NONE"
    REQUESTED = "REQUESTED"
    REFUSED = "REFUSED"
    APPROVED = "APPROVED"
    COMPLETED = "COMPLETED"


def erasure_id(child_ref: UUID) -> UUID:
    """The id of a child's erasure: there is one."""
    return derived_id("erasure", child_ref)


class OnErasure(Command):
    child_ref: UUID


class RequestErasure(OnErasure):
    """申请删除. ``stands``: what stands in its way, as whoever asks has found it in the log."""

    erasure_ground: ErasureGround
    stands: tuple[Stands, ...] = ()
    until: date | None = None


class ApproveErasure(OnErasure):
    """批准删除, by somebody else than who asked. ``stands`` as in :class:`RequestErasure`."""

    stands: tuple[Stands, ...] = ()
    until: date | None = None


class CompleteErasure(OnErasure):
    """The hub has carried it out: when the data keys were deleted, and when the epoch key that
    wrapped them was destroyed; the ``generation`` of the root keystore since then, where it is a
    file of which earlier ones may be kept."""

    keys_deleted_at: datetime
    epoch_destroyed_at: datetime
    generation: int | None


class ErasureEvent(Event):
    TITLE: ClassVar[str] = "删除"
    CATEGORY: ClassVar[Category] = Category.WHO
    SURVIVES: ClassVar[bool] = True
    child_ref: UUID


class ErasureRequested(ErasureEvent):
    TOPIC: ClassVar[str] = "erasure.requested.v1"
    TITLE: ClassVar[str] = "申请删除"
    erasure_ground: ErasureGround
    requested_by: str


class ErasureRefused(ErasureEvent):
    """``until``: until when the last of it stays, where that is a day."""

    TOPIC: ClassVar[str] = "erasure.refused.v2"
    TITLE: ClassVar[str] = "不予删除"
    stands: tuple[Stands, ...]
    until: date | None


class ErasureApproved(ErasureEvent):
    TOPIC: ClassVar[str] = "erasure.approved.v1"
    TITLE: ClassVar[str] = "批准删除"
    erasure_ground: ErasureGround


class ErasureCompleted(ErasureEvent):
    TOPIC: ClassVar[str] = "erasure.completed.v1"
    TITLE: ClassVar[str] = "删除完成"
    keys_deleted_at: datetime
    epoch_destroyed_at: datetime
    generation: int | None


@dataclass(frozen=True, slots=True)
class Erasure:
    state: ErasureState = ErasureState.NONE
    ground: ErasureGround | None = None
    requested_by: str = ""


def may_ask(given: Given) -> None:
    """Raise Refused if the actor may neither ask for an erasure nor approve one."""
    if seat_of(given.actor.organisation) not in given.rules.erasure.seats:
        raise Refused("ERASURE_NOT_YOURS", "删除儿童档案由民政局申请和批准，请向民政局提出。")
    if given.actor.post == Post.SYSTEM.value:
        raise Refused("ERASURE_NOBODY", "删除须由两名工作人员分别申请和批准，请以本人登录名办理。")


def _final(state: Erasure) -> None:
    if state.state in (ErasureState.APPROVED, ErasureState.COMPLETED):
        raise Erased


def _request(state: Erasure, command: RequestErasure, given: Given) -> list[Event]:
    may_ask(given)
    _final(state)
    if command.stands:
        return [_refused(command)]
    return [
        ErasureRequested(
            child_ref=command.child_ref,
            erasure_ground=command.erasure_ground,
            requested_by=given.actor.user,
        )
    ]


def _approve(state: Erasure, command: ApproveErasure, given: Given) -> list[Event]:
    may_ask(given)
    _final(state)
    if given.actor.post not in given.rules.erasure.approving_posts:
        raise Refused("ERASURE_POST", "删除由负责人或值班领导批准，请交其办理。")
    if state.state is not ErasureState.REQUESTED or state.ground is None:
        raise Refused("ERASURE_NOT_REQUESTED", "没有待批准的删除申请，请先申请。")
    if given.actor.user == state.requested_by:
        raise Refused("ERASURE_SAME_PERSON", "申请人不能批准自己的申请，请由另一人批准。")
    if command.stands:
        return [_refused(command)]
    return [ErasureApproved(child_ref=command.child_ref, erasure_ground=state.ground)]


def _refused(command: RequestErasure | ApproveErasure) -> Event:
    return ErasureRefused(child_ref=command.child_ref, stands=command.stands, until=command.until)


def _complete(state: Erasure, command: CompleteErasure, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("ERASURE_NOT_YOURS", "删除由系统完成，不能手工登记。")
    if state.state is not ErasureState.APPROVED:
        return []
    return [ErasureCompleted(**command.model_dump())]


def _requested(state: Erasure, event: ErasureRequested) -> Erasure:
    return Erasure(ErasureState.REQUESTED, event.erasure_ground, event.requested_by)


ERASURE: Stream[Erasure] = Stream(
    name="erasure",
    initial=Erasure(),
    decide={
        RequestErasure: _request,
        ApproveErasure: _approve,
        CompleteErasure: _complete,
    },
    evolve={
        ErasureRequested: _requested,
        ErasureRefused: lambda state, event: replace(state, state=ErasureState.REFUSED),
        ErasureApproved: lambda state, event: replace(state, state=ErasureState.APPROVED),
        ErasureCompleted: lambda state, event: replace(state, state=ErasureState.COMPLETED),
    },
    locate=lambda command, load: erasure_id(command.child_ref),
    codes={"erasure_ground": ERASURE_GROUND},
)
