"""The referral (转介): a closed loop between two organisations about one child.

Its states and facts stand in domain/referral_facts.py; how it goes from one organisation to
another in domain/referral_moves.py. A kind that releases harm (``unreturnable``) is never given
back, handed over or given up by whoever has it (首接负责): it moves when another organisation has
accepted it.

What the addressee sees comes from the kind's release set (policies/referrals.toml); the sender
has nothing to choose. Before acceptance that is reason and town; the scope opens, widens and closes
in the same append as the referral's own events (domain/reactions/referrals.py).
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.kernel import Command, Due, Event, Given, Refused, Stream, derived_id
from domain.mandatory_report import HANDLE_REPORT
from domain.organisations import HUB, Seat, district_organisation, seat_of
from domain.referral_by_hand import CloseReferral as CloseReferral
from domain.referral_by_hand import OpenReferral as OpenReferral
from domain.referral_by_hand import SendReferral as SendReferral
from domain.referral_by_hand import VoidReferral as VoidReferral
from domain.referral_by_hand import close, open_by_hand, send, void
from domain.referral_checks import (
    accept_by,
    addressee_only,
    asked_by_a_person,
    first_answers,
    in_state,
    kind_of,
    receiver_accepted,
)
from domain.referral_desk import AssignReferral as AssignReferral
from domain.referral_desk import HoldReferral as HoldReferral
from domain.referral_desk import ResumeReferral as ResumeReferral
from domain.referral_desk import Taken as Taken
from domain.referral_desk import assign, hold, resume, taken
from domain.referral_facts import OPEN_STATES as OPEN_STATES
from domain.referral_facts import REFERRAL_ENDED as REFERRAL_ENDED
from domain.referral_facts import RETURN_WORDS as RETURN_WORDS
from domain.referral_facts import STATE_WORDS as STATE_WORDS
from domain.referral_facts import ReferralAccepted as ReferralAccepted
from domain.referral_facts import ReferralAssigned as ReferralAssigned
from domain.referral_facts import ReferralClosed as ReferralClosed
from domain.referral_facts import ReferralCompleted as ReferralCompleted
from domain.referral_facts import ReferralConfined as ReferralConfined
from domain.referral_facts import ReferralDrafted as ReferralDrafted
from domain.referral_facts import ReferralEvent as ReferralEvent
from domain.referral_facts import ReferralExplained as ReferralExplained
from domain.referral_facts import ReferralFailed as ReferralFailed
from domain.referral_facts import ReferralHeld as ReferralHeld
from domain.referral_facts import ReferralMoved as ReferralMoved
from domain.referral_facts import ReferralOfferDeclined as ReferralOfferDeclined
from domain.referral_facts import ReferralOffered as ReferralOffered
from domain.referral_facts import ReferralReassigned as ReferralReassigned
from domain.referral_facts import ReferralRequested as ReferralRequested
from domain.referral_facts import ReferralResumed as ReferralResumed
from domain.referral_facts import ReferralReturned as ReferralReturned
from domain.referral_facts import ReferralStarted as ReferralStarted
from domain.referral_facts import ReferralState as ReferralState
from domain.referral_facts import ReferralVoided as ReferralVoided
from domain.referral_facts import ReferralWithdrawn as ReferralWithdrawn
from domain.referral_facts import ReturnReason as ReturnReason
from domain.referral_moves import ConfineReferral as ConfineReferral
from domain.referral_moves import DeclineOffer as DeclineOffer
from domain.referral_moves import OfferReferral as OfferReferral
from domain.referral_moves import ReassignReferral as ReassignReferral
from domain.referral_moves import (
    accept_offer,
    confine,
    decline,
    instead,
    offer,
    offer_is_over,
    reassign,
)
from domain.referral_state import EVOLVE
from domain.referral_state import Referral as Referral
from domain.rules import CONFIRM, Rules
from domain.standing import Standing, Stands

FILING_ORDERED = "FILING_ORDERED"
"""The outcome of a supervision (立案监督) by which the police are to file."""


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
    immediate_danger: bool = False
    concerns: str | None = None
    """Which organisation it is about, where it is about one; told to the addressee alone."""
    avoid: tuple[str, ...] = ()
    """Organisations that are not asked either, nor shown anything of it: conflicted by what it
    comes of, not by the child."""
    complete_by: datetime | None = None
    """Until when it is to be done, where that was agreed and is not as the kind says."""


class AcceptReferral(Command):
    """签收; by an organisation that was asked to take it over (移交), that it does. ``by``: the
    hub asks, for an act of this organisation (接报), which accepts no task that another one has."""

    READS_CHILD: ClassVar[bool] = True
    referral_id: UUID
    by: str | None = None


class StartReferral(Command):
    """开始办理."""

    referral_id: UUID


class CompleteReferral(Command):
    """办结, with the outcome (a code of the kind's list) and an account. An outcome by which it
    goes to somebody outside of the hub (移送) names the ``receiver``, and the number of the letter
    by which that one has accepted it. A report is answered on the report itself, and its task with
    it (domain/mandatory_report.py)."""

    referral_id: UUID
    outcome: str
    happened_on: date | None = None
    account: str | None = None
    receiver: str | None = None
    letter: str | None = None


class FailReferral(Command):
    """未办成, with an account of what was tried."""

    referral_id: UUID
    account: str | None = None


class ReturnReferral(Command):
    """退回, with a reason from the list."""

    referral_id: UUID
    reason: ReturnReason
    note: str | None = None


class WithdrawReferral(Command):
    """撤回, by the sender of what a person opened; or by the hub, once what was referred is over by
    itself."""

    referral_id: UUID
    note: str | None = None


def _request(state: Referral, command: RequestReferral, given: Given) -> list[Event]:
    if state.state is not ReferralState.NONE:
        return []
    if given.actor.organisation not in (HUB, command.sender):
        raise Refused("REFERRAL_SENDER", "只能以本单位名义转出。")
    kind = given.rules.referral_kind(command.kind)
    if seat_of(command.addressee) not in kind.seats:
        raise Refused("REFERRAL_ADDRESSEE", "这一类转介不能发给该单位，请核对承办单位。")
    never = given.conflicted | set(command.avoid)
    name, addressee = instead(command.kind, command.addressee, never, given.rules)
    kind = given.rules.referral_kind(name)
    accepted = accept_by(kind, given, immediate=command.immediate_danger)
    complete_by = command.complete_by or given.rules.due(kind.complete_within, given.now)
    return [
        ReferralRequested(
            child_ref=command.child_ref,
            case_id=command.case_id,
            kind=name,
            matter=kind.matter,
            sender=command.sender,
            addressee=addressee,
            kept_from=tuple(sorted(command.avoid)) or None,
            town=command.town,
            release=kind.release,
            at_once=kind.at_once,
            accept_by=accepted,
            immediate_danger=command.immediate_danger or None,
            concerns=command.concerns,
            # A day that was agreed may be over by the time that it is entered.
            complete_by=max(accepted, complete_by) if command.complete_by else complete_by,
        )
    ]


def hand_on(
    task: Referral, referral_id: UUID, conflicted: Container[str], rules: Rules
) -> list[Command]:
    """What takes an open task out of the hand of a conflicted organisation (利害关系单位): it goes
    to the nearest whom its kind may be sent to and who has not had it; else it is withdrawn, and
    asked for anew of who takes over. Nothing for one that is in no such hand. Whom a conflicted
    organisation was asked to take it over from, or that was asked itself, is asked no more."""
    if task.state not in OPEN_STATES:
        return []
    if task.addressee not in conflicted:
        return [DeclineOffer(referral_id=referral_id)] if task.offered_to in conflicted else []
    kind, other = instead(task.kind, task.addressee, conflicted, rules, task.had_by)
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


def _accept(state: Referral, command: AcceptReferral, given: Given) -> list[Event]:
    if given.actor.organisation in given.conflicted | state.kept_from:
        # Until the hub has handed it on: a matter is never taken over by whom it may be about.
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位办理的转介单，请核对编号。")
    if state.offer is not None and given.actor.organisation == state.offer.to:
        return accept_offer(state, state.offer, given)
    if given.actor.organisation == HUB:
        # What was accepted by the act that it is about needs no second word, nor what is over.
        if command.by not in (None, state.addressee):
            return []
        return [ReferralAccepted(**state.about)] if state.state is ReferralState.REQUESTED else []
    if given.actor.organisation == state.addressee:
        taken(state, given)
    addressee_only(state, given, ReferralState.REQUESTED)
    return [ReferralAccepted(**state.about, handler=given.actor.user)]


def _start(state: Referral, command: StartReferral, given: Given) -> list[Event]:
    addressee_only(state, given, ReferralState.ACCEPTED)
    return [ReferralStarted(**state.about)]


def _complete(state: Referral, command: CompleteReferral, given: Given) -> list[Event]:
    accepted: list[Event] = []
    if given.actor.organisation == HUB:
        # Answered by the act that it is about, whether or not anybody had accepted it before.
        if state.state not in OPEN_STATES:
            return []
        accepted = _accept(state, AcceptReferral(referral_id=command.referral_id), given)
    else:
        addressee_only(state, given, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
        _not_by_itself(state)
    if command.happened_on is not None:
        given.not_in_future(command.happened_on, "OUTCOME_IN_FUTURE", "办理日期")
    kind = kind_of(state, given)
    if command.outcome not in kind.outcomes:
        raise Refused(
            "REFERRAL_OUTCOME",
            "办理结果不在可选范围内，请从以下选择：" + "、".join(kind.outcomes.values()) + "。",
        )
    if command.outcome in kind.by_record and given.actor.organisation != HUB:
        raise Refused(
            "REFERRAL_RECORD_FIRST",
            f"“{kind.outcomes[command.outcome]}”请直接登记该事项的记录，登记后转介单自动办结。",
        )
    if command.outcome in kind.transfers and given.actor.organisation != HUB:
        receiver_accepted(command.receiver, command.letter)
    return [
        *accepted,
        *offer_is_over(state),
        ReferralCompleted(
            **state.about,
            outcome=command.outcome,
            happened_on=command.happened_on,
            account=command.account,
            receiver=command.receiver,
            letter=command.letter,
            confirm_by=_confirm_by(state, given),
        ),
    ]


def _not_by_itself(state: Referral) -> None:
    """Refuse to answer a report by its task: the decision stands on the report, with its reason,
    where the procuratorate sees it, and its reporter hears before it ends."""
    if state.kind == HANDLE_REPORT:
        raise Refused(
            "REFERRAL_BY_REPORT",
            "强制报告不能在转介单上直接办结；请在该报告上登记处理决定和反馈，报告结案后转介单自动办结。",
        )


def _confirm_by(state: Referral, given: Given) -> datetime | None:
    """By when the sender of one that a person opened is to confirm what came of it."""
    if not state.by_hand:
        return None
    due: datetime = given.rules.due(given.rules.clocks[CONFIRM].within, given.now)
    return due


def _fail(state: Referral, command: FailReferral, given: Given) -> list[Event]:
    addressee_only(state, given, ReferralState.ACCEPTED, ReferralState.IN_PROGRESS)
    first_answers(state, given, "不能以“未办成”了结")
    return [
        *offer_is_over(state),
        ReferralFailed(
            **state.about, account=command.account, confirm_by=_confirm_by(state, given)
        ),
    ]


def _return(state: Referral, command: ReturnReferral, given: Given) -> list[Event]:
    addressee_only(state, given, ReferralState.REQUESTED, ReferralState.ACCEPTED)
    first_answers(state, given, "不能退回")
    _somebody_is_left(state, given)
    return [
        *offer_is_over(state),
        ReferralReturned(**state.about, reason=command.reason, note=command.note),
    ]


def _somebody_is_left(state: Referral, given: Given) -> None:
    """Refuse to give back to nobody: what a record asked for has no sender that would see it come
    back, and civil affairs coordinates what others return (plan 三2)."""
    civil_affairs = district_organisation(Seat.CIVIL_AFFAIRS)
    if state.sender == HUB and given.actor.organisation == civil_affairs:
        raise Refused(
            "REFERRAL_LAST",
            "系统转出、由民政局统筹的转介单没有可退回的单位；"
            "请改派有关单位，或登记办理结果（含“未办成”）。",
        )


def _withdraw(state: Referral, command: WithdrawReferral, given: Given) -> list[Event]:
    if given.actor.organisation == HUB and state.state not in OPEN_STATES:
        # What was answered before it was over, or never asked, needs no end.
        return []
    if given.actor.organisation not in (HUB, state.sender) or state.state is ReferralState.NONE:
        raise Refused("REFERRAL_NOT_YOURS", "没有可由本单位撤回的转介单，请核对编号。")
    in_state(state, "不能撤回", *OPEN_STATES)
    first_answers(state, given, "不能撤回")
    asked_by_a_person(state, given, "不能撤回")
    return [*offer_is_over(state), ReferralWithdrawn(**state.about, note=command.note)]


REFERRAL: Stream[Referral] = Stream(
    name="referral",
    initial=Referral(),
    decide={
        RequestReferral: _request,
        OpenReferral: open_by_hand,
        SendReferral: send,
        CloseReferral: close,
        VoidReferral: void,
        AcceptReferral: _accept,
        StartReferral: _start,
        CompleteReferral: _complete,
        FailReferral: _fail,
        ReturnReferral: _return,
        ReassignReferral: reassign,
        OfferReferral: offer,
        DeclineOffer: decline,
        ConfineReferral: confine,
        AssignReferral: assign,
        HoldReferral: hold,
        ResumeReferral: resume,
        WithdrawReferral: _withdraw,
    },
    evolve=EVOLVE,
    locate=lambda command, load: command.referral_id,
    due=Due(
        starts={ReferralHeld: ("due_at",)},
        over=(ReferralResumed, ReferralReassigned, ReferralMoved, *REFERRAL_ENDED),
        ask=lambda stream, facts: ResumeReferral(referral_id=stream),
    ),
    stands=lambda state, rules: (
        [Standing(Stands.OPEN_REFERRAL)] if state.state in OPEN_STATES else []
    ),
)
