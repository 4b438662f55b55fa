"""The personal safety protection order (人身安全保护令): applied for, issued, extended, over.

The court decides within 72 hours, where it is urgent within 24 (反家暴法 28); nothing stops those
clocks. An order is in force from its day on for six months at most and may be extended before that
(30); police and village are served with it and help to carry it out (32). For a child its
relatives, police, women's federation, village or a protection institution may apply (23), and civil
affairs (法释〔2022〕17号 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.calendar import end_of_day_utc
from domain.code_sets import CodeSet
from domain.kernel import (
    Category,
    Command,
    Due,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, POLICE_SEATS, Seat, seat_of
from domain.standing import Standing, Stands

Guardianship = Annotated[Text, Sensitive(Category.GUARDIANSHIP)]
Orders = Annotated[Text, Sensitive(Category.ORDERS)]
OrdersFlag = Annotated[Text, Sensitive(Category.ORDERS, flag=True)]

TERM = "protection_order"
"""The clock of policies/clocks.toml that says for how long an order is in force at most."""

DECIDE = "decide_protection_order"
DECIDE_URGENT = "decide_protection_order_urgent"
SERVE = "serve_protection_order"
NEVER_STOP = (DECIDE, DECIDE_URGENT, SERVE)
"""Kinds of referral whose clocks run through nights and holidays, whatever policies/ say else."""


class ProtectionState(StrEnum):
    NONE = "NONE"
    APPLIED = "APPLIED"
    IN_FORCE = "IN_FORCE"
    ENDED = "ENDED"


class ProtectionEnd(StrEnum):
    """How it came to its end: refused (驳回), revoked (撤销), or its time was over (失效)."""

    REFUSED = "REFUSED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"


PROTECTION_END = CodeSet(
    "PROTECTION_END",
    "裁定结果",
    {
        ProtectionEnd.REFUSED: "驳回申请",
        ProtectionEnd.REVOKED: "撤销保护令",
        ProtectionEnd.EXPIRED: "期满失效",
    },
    {"驳回": "REFUSED", "撤销": "REVOKED"},
)


def protection_order_id(child_ref: UUID, occurrence: int) -> UUID:
    """The id of a child's n-th protection order (from 1)."""
    return derived_id("protection_order", child_ref, occurrence)


def decision_task(order: UUID, filing: int, *, urgent: bool) -> UUID:
    """The referral by which the court is asked to decide on the n-th application."""
    return derived_id("referral", DECIDE_URGENT if urgent else DECIDE, order, filing)


class ApplyForProtection(Command):
    """申请人身安全保护令, by an office for the child."""

    STATES: ClassVar[Category | None] = Category.GUARDIANSHIP
    child_ref: UUID
    applied_on: date
    urgent: bool
    account: str | None


class IssueProtection(Command):
    """作出人身安全保护令, by the court; ``until`` is its last day, ``town`` the child's as the
    record states it."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    town: str | None
    document_number: str
    issued_on: date
    until: date
    respondent: str | None
    measures: str | None


class ExtendProtection(Command):
    """延长, by the court, of an order that is in force."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    READS_CHILD: ClassVar[bool] = True
    child_ref: UUID
    town: str | None
    document_number: str
    decided_on: date
    until: date


class EndProtection(Command):
    """驳回 of an application or 撤销 of an order, by the court."""

    STATES: ClassVar[Category | None] = Category.ORDERS
    child_ref: UUID
    decided_on: date
    how: ProtectionEnd
    reason: str | None


class ExpireProtection(Command):
    """Its time is over; asked by the clock."""

    order_id: UUID


class ProtectionApplied(Event):
    """``filing`` counts the applications, each with a task of its own at the court."""

    TOPIC: ClassVar[str] = "protection_order.applied.v1"
    CATEGORY: ClassVar[Category] = Category.GUARDIANSHIP
    TITLE: ClassVar[str] = "申请人身安全保护令"
    child_ref: UUID
    applied_on: date
    urgent: bool
    filing: int
    account: Guardianship


class _Served(Event):
    """``ends_at``: the end of its last day. ``home_village``: who is served beside the police.
    ``filings``: applications that it decides."""

    CATEGORY: ClassVar[Category] = Category.ORDERS
    child_ref: UUID
    town: str | None
    home_village: str | None
    until: date
    ends_at: datetime
    filings: int
    document_number: Orders
    notice: OrdersFlag


class ProtectionIssued(_Served):
    TOPIC: ClassVar[str] = "protection_order.issued.v1"
    TITLE: ClassVar[str] = "人身安全保护令"
    issued_on: date
    respondent: Orders
    measures: Orders


class ProtectionExtended(_Served):
    TOPIC: ClassVar[str] = "protection_order.extended.v1"
    TITLE: ClassVar[str] = "延长人身安全保护令"
    decided_on: date


class ProtectionRefused(Event):
    """An application was refused; an order that is in force stays so."""

    TOPIC: ClassVar[str] = "protection_order.refused.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "驳回人身安全保护令申请"
    child_ref: UUID
    decided_on: date
    filings: int
    reason: Orders


class ProtectionEnded(Event):
    TOPIC: ClassVar[str] = "protection_order.ended.v1"
    CATEGORY: ClassVar[Category] = Category.ORDERS
    TITLE: ClassVar[str] = "人身安全保护令终结"
    child_ref: UUID
    decided_on: date
    how: ProtectionEnd
    reason: Orders


@dataclass(frozen=True, slots=True)
class ProtectionOrder:
    state: ProtectionState = ProtectionState.NONE
    child_ref: UUID | None = None
    until: date | None = None
    filings: int = 0
    undecided: bool = False
    """An application awaits the court, also for an extension of an order that is in force."""
    extended_to: date | None = None
    """The last day to which it was extended, if it was."""


APPLYING = POLICE_SEATS | {
    Seat.CIVIL_AFFAIRS,
    Seat.TOWN,
    Seat.VILLAGE,
    Seat.WOMENS_FEDERATION,
    Seat.WELFARE_INSTITUTION,
}
"""Who may apply for a child (反家暴法 23; 法释〔2022〕17号 2). The town's protection station stands
beside the village [K]."""

_NOTICE = "人民法院已作出人身安全保护令，请协助执行；发现违反的立即拨打110"
_NOTICE_LONGER = "人身安全保护令已延长，请继续协助执行；发现违反的立即拨打110"


def _apply(state: ProtectionOrder, command: ApplyForProtection, given: Given) -> list[Event]:
    if seat_of(given.actor.organisation) not in APPLYING:
        raise Refused(
            "PROTECTION_NOT_APPLICANT",
            "本单位不能代为申请人身安全保护令，请转村居、公安、民政、妇联或救助机构申请。",
        )
    given.not_in_future(command.applied_on, "PROTECTION_IN_FUTURE", "申请日期")
    filing = state.filings + 1
    if given.correction and state.filings:
        # In other words; what was decided already is asked for no more.
        filing = state.filings if state.undecided else 0
    return [ProtectionApplied(**command.model_dump(), filing=filing)]


def _court_only(given: Given) -> None:
    if seat_of(given.actor.organisation) is not Seat.COURT:
        raise Refused("PROTECTION_NOT_COURT", "人身安全保护令由人民法院作出，本单位不能登记。")


def _check_until(until: date, begins: date, given: Given) -> None:
    longest = given.rules.last_day(given.rules.clocks[TERM].within, begins)
    if not begins <= until <= longest:
        raise Refused(
            "PROTECTION_TERM",
            f"人身安全保护令的有效期不超过六个月，最长到{longest:%Y年%m月%d日}，请核对。",
        )


def _issue(state: ProtectionOrder, command: IssueProtection, given: Given) -> list[Event]:
    """Whether or not somebody applied here: the child's relatives apply at the court itself."""
    _court_only(given)
    given.not_in_future(command.issued_on, "PROTECTION_IN_FUTURE", "作出日期")
    _check_until(command.until, command.issued_on, given)
    if state.state is ProtectionState.IN_FORCE and not given.correction:
        raise Refused(
            "PROTECTION_STATE", "已有一份有效的人身安全保护令；续期请登记延长，变更请更正原登记。"
        )
    return [
        ProtectionIssued(
            **command.model_dump(),
            home_village=given.child.village if given.child is not None else None,
            # The clock runs from the newest event: a correction takes no extension back.
            ends_at=end_of_day_utc(_runs_until(state, command.until)),
            filings=state.filings if state.undecided else 0,
            notice=_NOTICE,
        )
    ]


def _runs_until(state: ProtectionOrder, until: date) -> date:
    """The last day of an order that was issued until one, and perhaps extended since."""
    return until if state.extended_to is None else max(until, state.extended_to)


def _extend(state: ProtectionOrder, command: ExtendProtection, given: Given) -> list[Event]:
    _court_only(given)
    given.not_in_future(command.decided_on, "PROTECTION_IN_FUTURE", "裁定日期")
    if state.state is not ProtectionState.IN_FORCE or state.until is None:
        raise Refused("PROTECTION_STATE", "没有有效的人身安全保护令，不能延长，请核对儿童信息。")
    if command.until < state.until or (command.until == state.until and not given.correction):
        raise Refused("PROTECTION_NOT_LATER", "延长后的期限应晚于现在的期限，请核对。")
    if not given.correction:
        _check_until(command.until, state.until, given)
    return [
        ProtectionExtended(
            **command.model_dump(),
            home_village=given.child.village if given.child is not None else None,
            ends_at=end_of_day_utc(command.until),
            filings=state.filings if state.undecided else 0,
            notice=_NOTICE_LONGER,
        )
    ]


def _end(state: ProtectionOrder, command: EndProtection, given: Given) -> list[Event]:
    _court_only(given)
    given.not_in_future(command.decided_on, "PROTECTION_IN_FUTURE", "裁定日期")
    refused = command.how is ProtectionEnd.REFUSED
    if command.how is ProtectionEnd.EXPIRED:
        raise Refused("PROTECTION_BY_CLOCK", "期满由系统按期登记，请登记驳回或撤销。")
    if not given.correction and not (
        state.undecided if refused else state.state is ProtectionState.IN_FORCE
    ):
        what = "待裁定的申请，不能登记驳回" if refused else "有效的人身安全保护令，不能登记撤销"
        raise Refused("PROTECTION_STATE", f"没有{what}，请核对儿童信息。")
    if refused:
        return [ProtectionRefused(**command.model_dump(exclude={"how"}), filings=state.filings)]
    return [ProtectionEnded(**command.model_dump())]


def _expire(state: ProtectionOrder, command: ExpireProtection, given: Given) -> list[Event]:
    if given.actor.organisation != HUB:
        raise Refused("PROTECTION_BY_CLOCK", "期满由系统按期登记。")
    over = state.until is not None and given.now >= end_of_day_utc(state.until)
    if state.state is not ProtectionState.IN_FORCE or state.child_ref is None or not over:
        return []
    return [
        ProtectionEnded(
            child_ref=state.child_ref,
            decided_on=state.until or given.today,
            how=ProtectionEnd.EXPIRED,
            reason=None,
        )
    ]


def state_after(state: str, topic: str, facts: Mapping[str, Any]) -> ProtectionState:
    """The state that an event leads to, by its topic and clear facts, for every view. An
    application for an order in force leaves it so, and so does its refusal."""
    now = ProtectionState(state or ProtectionState.NONE)
    if topic == ProtectionEnded.TOPIC:
        return ProtectionState.ENDED
    if topic == ProtectionRefused.TOPIC:
        return now if now is ProtectionState.IN_FORCE else ProtectionState.ENDED
    if topic == ProtectionApplied.TOPIC:
        return ProtectionState.APPLIED if now is ProtectionState.NONE else now
    if now is ProtectionState.ENDED:
        # What is put right of an order that is over does not bring it back.
        return now
    return ProtectionState.IN_FORCE


def _moved(state: ProtectionOrder, event: Any) -> ProtectionOrder:
    reached = state_after(state.state, event.TOPIC, vars(event))
    return replace(state, state=reached, child_ref=event.child_ref)


def _applied(state: ProtectionOrder, event: ProtectionApplied) -> ProtectionOrder:
    another = event.filing > state.filings
    return replace(
        _moved(state, event),
        filings=max(event.filing, state.filings),
        undecided=another or state.undecided,
    )


def _issued(state: ProtectionOrder, event: ProtectionIssued) -> ProtectionOrder:
    until = _runs_until(state, event.until)
    return replace(_moved(state, event), until=until, undecided=False)


def _extended(state: ProtectionOrder, event: ProtectionExtended) -> ProtectionOrder:
    until = event.until
    return replace(_moved(state, event), until=until, extended_to=until, undecided=False)


def _refused(state: ProtectionOrder, event: ProtectionRefused) -> ProtectionOrder:
    return replace(_moved(state, event), undecided=False)


def _locate(command: Any, load: Callable[[UUID], ProtectionOrder]) -> UUID:
    """The child's order that is applied for or in force on the day of the act, else the next one:
    one whose last day was before it is over, whether or not the clock has asked yet."""
    if isinstance(command, ExpireProtection):
        return command.order_id
    occurrence = 1
    while _over(load(protection_order_id(command.child_ref, occurrence)), _day_of(command)):
        occurrence += 1
    return protection_order_id(command.child_ref, occurrence)


def _over(state: ProtectionOrder, on: date) -> bool:
    lapsed = state.until is not None and state.until < on
    return state.state is ProtectionState.ENDED or (
        state.state is ProtectionState.IN_FORCE and lapsed
    )


def _day_of(command: Any) -> date:
    day: date
    if isinstance(command, ApplyForProtection):
        day = command.applied_on
    elif isinstance(command, IssueProtection):
        day = command.issued_on
    else:
        day = command.decided_on
    return day


def _stands(state: ProtectionOrder, rules: Any) -> list[Standing]:
    found = []
    if state.undecided:
        found.append(Standing(Stands.OPEN_CASE))
    if state.state is ProtectionState.IN_FORCE and state.until is not None:
        found.append(Standing(Stands.ORDER_IN_FORCE, state.until + timedelta(days=1)))
    return found


PROTECTION_ORDER: Stream[ProtectionOrder] = Stream(
    name="protection_order",
    initial=ProtectionOrder(),
    decide={
        ApplyForProtection: _apply,
        IssueProtection: _issue,
        ExtendProtection: _extend,
        EndProtection: _end,
        ExpireProtection: _expire,
    },
    evolve={
        ProtectionApplied: _applied,
        ProtectionIssued: _issued,
        ProtectionExtended: _extended,
        ProtectionRefused: _refused,
        ProtectionEnded: _moved,
    },
    locate=_locate,
    title="人身安全保护令",
    states={
        ProtectionState.NONE: "未申请",
        ProtectionState.APPLIED: "已申请",
        ProtectionState.IN_FORCE: "有效",
        ProtectionState.ENDED: "已终结",
    },
    codes={"how": PROTECTION_END},
    case=state_after,
    due=Due(
        starts={ProtectionIssued: ("ends_at",), ProtectionExtended: ("ends_at",)},
        over=(ProtectionEnded,),
        ask=lambda stream, facts: ExpireProtection(order_id=stream),
    ),
    stands=_stands,
)
