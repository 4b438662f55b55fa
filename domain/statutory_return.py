"""Exact figures of a yearly return, for what has to be reported by law (法定报表准确数).

Everywhere else small numbers of people are left out. These are read by two named persons of the
organisation that asks, once another person has approved it (网保条例 36), for some days, and each
reading is in the access log. The figures themselves are in no event: they are counted again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.approval import check_second_person
from domain.indicator import IndicatorRules
from domain.kernel import Category, Command, Event, Given, Refused, Sensitive, Stream, Text
from domain.organisations import SHARED_USERS, seat_of

Programmes = Annotated[Text, Sensitive(Category.PROGRAMMES)]

READERS = 2
"""How many persons read it."""


class ExactState(StrEnum):
    NONE = "NONE"
    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class RequestExact(Command):
    """Ask that two ``readers`` (users' pseudonyms) read the exact figures of a department's return;
    ``purpose`` names the statutory table (哪一张法定报表)."""

    request_id: UUID
    department: str
    year: int
    readers: tuple[str, ...]
    purpose: str


class ApproveExact(Command):
    """同意, by another person than who asked and who reads."""

    request_id: UUID


class RefuseExact(Command):
    """不同意, with a reason."""

    request_id: UUID
    reason: str


class EndExact(Command):
    """结束查看, before it runs out."""

    request_id: UUID


class ExactEvent(Event):
    """``organisation`` asks, of the return of ``department`` for a year."""

    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "法定报表准确数"
    organisation: str
    department: str
    year: int


class ExactRequested(ExactEvent):
    TOPIC: ClassVar[str] = "statutory_return.requested.v1"
    TITLE: ClassVar[str] = "申请法定报表准确数"
    requested_by: str
    readers: tuple[str, ...]
    purpose: Programmes


class ExactApproved(ExactEvent):
    """``until``: the last day on which it is read."""

    TOPIC: ClassVar[str] = "statutory_return.approved.v1"
    TITLE: ClassVar[str] = "同意查看准确数"
    approved_by: str
    until: date


class ExactRefused(ExactEvent):
    TOPIC: ClassVar[str] = "statutory_return.refused.v1"
    TITLE: ClassVar[str] = "不同意查看准确数"
    rejected_by: str
    account: Programmes


class ExactEnded(ExactEvent):
    TOPIC: ClassVar[str] = "statutory_return.ended.v1"
    TITLE: ClassVar[str] = "结束查看准确数"


@dataclass(frozen=True, slots=True)
class Exact:
    state: ExactState = ExactState.NONE
    organisation: str = ""
    department: str = ""
    year: int = 0
    requested_by: str = ""
    readers: tuple[str, ...] = ()
    until: date | None = None

    @property
    def about(self) -> dict[str, Any]:
        return {
            "organisation": self.organisation,
            "department": self.department,
            "year": self.year,
        }

    def read_by(self, organisation: str, user: str, today: date) -> bool:
        """Whether somebody reads the exact figures on a day."""
        return (
            self.state is ExactState.APPROVED
            and organisation == self.organisation
            and user in self.readers
            and user not in SHARED_USERS
            and self.until is not None
            and today <= self.until
        )


def _request(state: Exact, command: RequestExact, given: Given) -> list[Event]:
    rules: IndicatorRules = given.rules.indicators
    actor = given.actor
    try:
        seat, of = seat_of(actor.organisation), seat_of(command.department)
    except ValueError:
        raise Refused("EXACT_NOT_YOURS", "本单位不能申请法定报表准确数。") from None
    if seat not in rules.statutory.asked_by or not rules.returned_by(of):
        raise Refused("EXACT_NOT_YOURS", "本单位不能申请这一报表的准确数，请核对单位代码。")
    if state.state is not ExactState.NONE:
        raise Refused("EXACT_STATE", "该申请已登记。")
    if len(set(command.readers)) != READERS or set(command.readers) & SHARED_USERS:
        raise Refused("EXACT_READERS", "请写明两名查看人，须是本单位两名不同的登录人员。")
    if not command.purpose.strip():
        raise Refused("EXACT_PURPOSE", "请写明用于哪一张法定报表。")
    return [
        ExactRequested(
            organisation=actor.organisation,
            department=command.department,
            year=command.year,
            requested_by=actor.user,
            readers=tuple(command.readers),
            purpose=command.purpose,
        )
    ]


def _approve(state: Exact, command: ApproveExact, given: Given) -> list[Event]:
    _second(state, given)
    rules: IndicatorRules = given.rules.indicators
    return [
        ExactApproved(
            **state.about,
            approved_by=given.actor.user,
            until=given.today + timedelta(days=rules.statutory.days),
        )
    ]


def _refuse(state: Exact, command: RefuseExact, given: Given) -> list[Event]:
    _second(state, given)
    if not command.reason.strip():
        raise Refused("EXACT_REASON", "请写明不同意的原因。")
    return [ExactRefused(**state.about, rejected_by=given.actor.user, account=command.reason)]


def _second(state: Exact, given: Given) -> None:
    """Refuse who may not decide: who asked, who is to read, and other posts."""
    _ours(state, given)
    if state.state is not ExactState.REQUESTED:
        raise Refused("EXACT_STATE", "该申请不在待审批状态。")
    user = given.actor.user
    party = user if user in (state.requested_by, *state.readers) else ""
    posts = given.rules.indicators.statutory.approved_by
    check_second_person(party, posts, given, "申请")


def _end(state: Exact, command: EndExact, given: Given) -> list[Event]:
    _ours(state, given)
    if state.state not in (ExactState.REQUESTED, ExactState.APPROVED):
        raise Refused("EXACT_STATE", "该申请已结束。")
    return [ExactEnded(**state.about)]


def _ours(state: Exact, given: Given) -> None:
    if state.state is ExactState.NONE or given.actor.organisation != state.organisation:
        raise Refused("EXACT_NOT_YOURS", "没有可由本单位办理的申请，请核对编号。")


STATUTORY_RETURN: Stream[Exact] = Stream(
    name="statutory_return",
    initial=Exact(),
    decide={
        RequestExact: _request,
        ApproveExact: _approve,
        RefuseExact: _refuse,
        EndExact: _end,
    },
    evolve={
        ExactRequested: lambda state, event: Exact(
            ExactState.REQUESTED,
            event.organisation,
            event.department,
            event.year,
            event.requested_by,
            event.readers,
        ),
        ExactApproved: lambda state, event: replace(
            state, state=ExactState.APPROVED, until=event.until
        ),
        ExactRefused: lambda state, event: replace(state, state=ExactState.REFUSED),
        ExactEnded: lambda state, event: replace(state, state=ExactState.ENDED),
    },
    locate=lambda command, load: command.request_id,
    title="法定报表准确数",
    states={
        ExactState.NONE: "未申请",
        ExactState.REQUESTED: "待审批",
        ExactState.APPROVED: "可查看",
        ExactState.REFUSED: "未同意",
        ExactState.ENDED: "已结束",
    },
    by_itself=True,
)
