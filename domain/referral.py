"""The referral (转介): a closed loop between two organisations about one child.

States follow FHIR Task: 待签收 requested · 已签收 accepted · 办理中 in-progress · 办结
completed · 未办成 failed · 退回 rejected · 撤回 cancelled. 受理, 受案 and 立案 are legal acts
of police and procuratorate and never the word for a referral's acceptance.

What the addressee sees comes from the kind's release set (policies/referrals.toml); the sender
has nothing to choose. Before acceptance that is reason and town; the scope opens, widens and closes
in the same append as the referral's own events (domain/reactions/referrals.py).
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Sensitive,
    Stream,
    Text,
    derived_id,
)
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.rules import Rules
from domain.standing import Standing, Stands


class ReferralState(StrEnum):
    """FHIR Task codes as far as they are carried; Chinese words stand in policies/terms.csv."""

    NONE = "none"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset(
    {ReferralState.REQUESTED, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS}
)


class ReturnReason(StrEnum):
    """Why a referral comes back (退回原因, from a list)."""

    NOT_IN_JURISDICTION = "NOT_IN_JURISDICTION"
    NOT_OUR_DUTY = "NOT_OUR_DUTY"
    DUPLICATE = "DUPLICATE"
    INFORMATION_MISSING = "INFORMATION_MISSING"


class RequestReferral(Command):
    """Refer a child's matter to an organisation. ``kind`` names the row of policies/referrals.

    Where the addressee is conflicted (利害关系单位; domain/suspicion.py), by what the child's file
    or the report says, the next one is asked (policies/suspects.toml).
    """

    READS_CHILD: ClassVar[bool] = True
    referral_id: UUID
    child_ref: UUID
    case_id: UUID
    kind: str
    sender: str
    addressee: str
    town: str | None


class AcceptReferral(Command):
    """签收."""

    referral_id: UUID


class StartReferral(Command):
    """开始办理."""

    referral_id: UUID


class CompleteReferral(Command):
    """办结, with the outcome (a code of the kind's list) and an account."""

    referral_id: UUID
    outcome: str
    happened_on: date | None = None
    account: str | None = None


class FailReferral(Command):
    """未办成, with an account of what was tried."""

    referral_id: UUID
    account: str | None = None


class ReturnReferral(Command):
    """退回, with a reason from the list."""

    referral_id: UUID
    reason: ReturnReason
    note: str | None = None


class ReassignReferral(Command):
    """改派, to another organisation that the kind may be sent to: by whoever has it, by its sender,
    or by civil affairs, which coordinates (plan 三2)."""

    READS_CHILD: ClassVar[bool] = True
    referral_id: UUID
    addressee: str


class WithdrawReferral(Command):
    """撤回, by the sender; or by the hub, once what was referred is over by itself."""

    referral_id: UUID
    note: str | None = None


Account = Annotated[Text, Sensitive(None)]
"""Free text in the words of the matter, sealed under the matter's category."""


class ReferralEvent(Event):
    """What every event of a referral carries; its category is that of its matter."""

    TITLE: ClassVar[str] = "转介"
    CATEGORY: ClassVar[Category] = Category.WHO
    child_ref: UUID
    case_id: UUID
    kind: str
    matter: Category
    sender: str
    addressee: str

    @property
    def category(self) -> Category:
        return self.matter


class ReferralRequested(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.requested.v1"
    TITLE: ClassVar[str] = "转出"
    town: str | None
    release: tuple[Category, ...]
    at_once: tuple[Category, ...] | None = None
    """What of the release set is shown before acceptance; None in what was recorded before there
    was any difference: all of it."""
    accept_by: datetime
    complete_by: datetime


class ReferralReassigned(ReferralEvent):
    """``addressee`` has it from here on, ``former`` no more. The day by which it is to be done
    stays: handing on must not make a child wait."""

    TOPIC: ClassVar[str] = "referral.reassigned.v1"
    TITLE: ClassVar[str] = "改派"
    former: str
    town: str | None
    release: tuple[Category, ...]
    at_once: tuple[Category, ...]
    accept_by: datetime
    complete_by: datetime


class ReferralAccepted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.accepted.v1"
    TITLE: ClassVar[str] = "签收"


class ReferralStarted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.started.v1"
    TITLE: ClassVar[str] = "开始办理"


class ReferralCompleted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.completed.v1"
    TITLE: ClassVar[str] = "办结"
    outcome: str
    happened_on: date | None
    account: Account


class ReferralFailed(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.failed.v1"
    TITLE: ClassVar[str] = "未办成"
    account: Account


class ReferralReturned(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.returned.v1"
    TITLE: ClassVar[str] = "退回"
    reason: ReturnReason
    note: Account


class ReferralWithdrawn(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.withdrawn.v1"
    TITLE: ClassVar[str] = "撤回"
    note: Account


REFERRAL_ENDED = (ReferralCompleted, ReferralFailed, ReferralReturned, ReferralWithdrawn)
"""Events after which the addressee's task, and with it its scope, is over."""


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
    had_by: frozenset[str] = frozenset()
    """Whoever had it and has it no more."""

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
        }


def _request(state: Referral, command: RequestReferral, given: Given) -> list[Event]:
    if state.state is not ReferralState.NONE:
        return []
    if given.actor.organisation not in (HUB, command.sender):
        raise Refused("REFERRAL_SENDER", "只能以本单位名义转出。")
    kind = given.rules.referral_kind(command.kind)
    if seat_of(command.addressee) not in kind.seats:
        raise Refused("REFERRAL_ADDRESSEE", "这一类转介不能发给该单位，请核对承办单位。")
    name, addressee = _instead(command.kind, command.addressee, _conflicted(given), given.rules)
    kind = given.rules.referral_kind(name)
    return [
        ReferralRequested(
            child_ref=command.child_ref,
            case_id=command.case_id,
            kind=name,
            matter=kind.matter,
            sender=command.sender,
            addressee=addressee,
            town=command.town,
            release=kind.release,
            at_once=kind.at_once,
            accept_by=given.rules.due(kind.accept_within, given.now),
            complete_by=given.rules.due(kind.complete_within, given.now),
        )
    ]


def _conflicted(given: Given) -> frozenset[str]:
    """Organisations that are asked for nothing about the child, or the report."""
    found: frozenset[str] = frozenset() if given.child is None else given.child.conflicted
    return found


def _instead(
    kind: str,
    addressee: str,
    conflicted: Container[str],
    rules: Rules,
    had_by: Container[str] = (),
) -> tuple[str, str]:
    """The kind and the organisation by which a matter goes to somebody who is not conflicted: the
    same kind as far up as it may be sent, to one who has not had it, else taken over by whoever may
    be asked for anything."""
    others = list(rules.suspects.instead_of(addressee, conflicted))
    for name, had in ((kind, had_by), (rules.suspects.take_over, ())):
        for other in others:
            if seat_of(other) in rules.referral_kind(name).seats and other not in had:
                return name, other
    raise Refused("REFERRAL_NOBODY", "没有可以承办这一转介的单位，请联系民政局。")


def hand_on(
    task: Referral, referral_id: UUID, conflicted: Container[str], rules: Rules
) -> list[Command]:
    """What takes an open task out of the hand of a conflicted organisation (利害关系单位): it goes
    to the nearest whom its kind may be sent to and who has not had it; else it is withdrawn, and
    asked for anew of who takes over. Nothing for one that is in no such hand."""
    if task.state not in OPEN_STATES or task.addressee not in conflicted:
        return []
    kind, other = _instead(task.kind, task.addressee, conflicted, rules, task.had_by)
    if kind == task.kind and other not in task.had_by:
        return [ReassignReferral(referral_id=referral_id, addressee=other)]
    if task.child_ref is None or task.case_id is None:
        return []
    return [
        WithdrawReferral(referral_id=referral_id),
        RequestReferral(
            referral_id=derived_id("referral", referral_id, kind),
            child_ref=task.child_ref,
            case_id=task.case_id,
            kind=kind,
            sender=HUB,
            addressee=other,
            town=task.town,
        ),
    ]


def _reassign(state: Referral, command: ReassignReferral, given: Given) -> list[Event]:
    if state.state is ReferralState.NONE or not _may_reassign(state, given.actor.organisation):
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位改派的转介单，请核对编号。")
    if state.state not in OPEN_STATES:
        raise Refused(
            "REFERRAL_STATE",
            f"该转介单目前是“{STATE_WORDS[state.state]}”，不能改派。",
        )
    kind = given.rules.referral_kind(state.kind)
    if not _is_of(command.addressee, kind.seats) or command.addressee in _conflicted(given):
        raise Refused("REFERRAL_ADDRESSEE", "这一类转介不能发给该单位，请核对承办单位。")
    if command.addressee == state.addressee or command.addressee in state.had_by:
        # Its scope for the child is over, and what is over never opens again.
        raise Refused("REFERRAL_HAD", "该单位承办过此转介单，不能再改派给它；请另行转出。")
    return [
        ReferralReassigned(
            **{**state.about, "addressee": command.addressee},
            former=state.addressee,
            town=state.town,
            release=kind.release,
            at_once=kind.at_once,
            accept_by=given.rules.due(kind.accept_within, given.now),
            complete_by=state.complete_by or given.rules.due(kind.complete_within, given.now),
        )
    ]


def _may_reassign(state: Referral, organisation: str) -> bool:
    coordinates = organisation == district_organisation(Seat.CIVIL_AFFAIRS)
    return organisation in (HUB, state.sender, state.addressee) or (
        # Of harm it is told that a report is in hand, and no more (matrix: flag).
        coordinates and state.matter is not Category.HARM
    )


def _is_of(organisation: str, seats: Container[Seat]) -> bool:
    """Whether an organisation is of one of the seats; what names none is of none."""
    try:
        return seat_of(organisation) in seats
    except ValueError:
        return False


def _addressee_only(state: Referral, given: Given, *allowed: ReferralState) -> None:
    """Only the addressee moves a referral, and only from the states that allow it. Both
    refusals read the same, so that a stranger cannot learn that the referral exists."""
    if given.actor.organisation != state.addressee or state.state is ReferralState.NONE:
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位办理的转介单，请核对编号。")
    if state.state not in allowed:
        raise Refused(
            "REFERRAL_STATE",
            f"该转介单目前是“{STATE_WORDS[state.state]}”，不能这样办理，请刷新后再试。",
        )


STATE_WORDS = {
    ReferralState.REQUESTED: "待签收",
    ReferralState.ACCEPTED: "已签收",
    ReferralState.IN_PROGRESS: "办理中",
    ReferralState.COMPLETED: "办结",
    ReferralState.FAILED: "未办成",
    ReferralState.REJECTED: "退回",
    ReferralState.CANCELLED: "撤回",
}


def _accept(state: Referral, command: AcceptReferral, given: Given) -> list[Event]:
    _addressee_only(state, given, ReferralState.REQUESTED)
    return [ReferralAccepted(**state.about)]


def _start(state: Referral, command: StartReferral, given: Given) -> list[Event]:
    _addressee_only(state, given, ReferralState.ACCEPTED)
    return [ReferralStarted(**state.about)]


def _complete(state: Referral, command: CompleteReferral, given: Given) -> list[Event]:
    _addressee_only(state, given, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
    if command.happened_on is not None:
        given.not_in_future(command.happened_on, "OUTCOME_IN_FUTURE", "办理日期")
    kind = given.rules.referral_kind(state.kind)
    if command.outcome not in kind.outcomes:
        raise Refused(
            "REFERRAL_OUTCOME",
            "办理结果不在可选范围内，请从以下选择：" + "、".join(kind.outcomes.values()) + "。",
        )
    return [
        ReferralCompleted(
            **state.about,
            outcome=command.outcome,
            happened_on=command.happened_on,
            account=command.account,
        )
    ]


def _fail(state: Referral, command: FailReferral, given: Given) -> list[Event]:
    _addressee_only(state, given, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
    return [ReferralFailed(**state.about, account=command.account)]


def _return(state: Referral, command: ReturnReferral, given: Given) -> list[Event]:
    _addressee_only(state, given, ReferralState.REQUESTED, ReferralState.ACCEPTED)
    return [ReferralReturned(**state.about, reason=command.reason, note=command.note)]


def _withdraw(state: Referral, command: WithdrawReferral, given: Given) -> list[Event]:
    if given.actor.organisation == HUB and state.state not in OPEN_STATES:
        # What was answered before it was over, or never asked, needs no end.
        return []
    if given.actor.organisation not in (HUB, state.sender) or state.state is ReferralState.NONE:
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位撤回的转介单，请核对编号。")
    if state.state not in OPEN_STATES:
        raise Refused(
            "REFERRAL_STATE",
            f"该转介单目前是“{STATE_WORDS[state.state]}”，不能撤回。",
        )
    return [ReferralWithdrawn(**state.about, note=command.note)]


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
    )


def _reassigned(state: Referral, event: ReferralReassigned) -> Referral:
    return replace(
        state,
        state=ReferralState.REQUESTED,
        addressee=event.addressee,
        had_by=state.had_by | {event.former},
    )


def _moves_to(to: ReferralState) -> Callable[[Referral, Event], Referral]:
    return lambda state, event: replace(state, state=to)


REFERRAL: Stream[Referral] = Stream(
    name="referral",
    initial=Referral(),
    decide={
        RequestReferral: _request,
        AcceptReferral: _accept,
        StartReferral: _start,
        CompleteReferral: _complete,
        FailReferral: _fail,
        ReturnReferral: _return,
        ReassignReferral: _reassign,
        WithdrawReferral: _withdraw,
    },
    evolve={
        ReferralRequested: _requested,
        ReferralAccepted: _moves_to(ReferralState.ACCEPTED),
        ReferralStarted: _moves_to(ReferralState.IN_PROGRESS),
        ReferralCompleted: _moves_to(ReferralState.COMPLETED),
        ReferralFailed: _moves_to(ReferralState.FAILED),
        ReferralReturned: _moves_to(ReferralState.REJECTED),
        ReferralReassigned: _reassigned,
        ReferralWithdrawn: _moves_to(ReferralState.CANCELLED),
    },
    locate=lambda command, load: command.referral_id,
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_REFERRAL)] if state.state in OPEN_STATES else []
    ),
)
