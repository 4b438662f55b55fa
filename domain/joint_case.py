"""Many referrals under one case with one lead organisation (联办案件、牵头单位; plan 三2, P53).

Who leads follows from the matter (policies/leads.toml) when the first referral of the case is
asked. The lead may offer the lead to another organisation (移交牵头), which is more than a
referral: who answers for the whole changes, and no task does. Until the other one accepts, the
first leads (首接负责). Leading opens no field; who leads is told to those that take part, at the
door (hub/queries/joint_cases.py): each fact here is told to one organisation and nobody else.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.joint_case_facts import (
    EVOLVE,
    JointCase,
    JointCaseAnswered,
    JointCaseClosed,
    JointCaseOpened,
    JointCaseResumed,
    JointState,
    LeadAccepted,
    LeadDeclined,
    LeadHandedOn,
    LeadOffered,
    state_after,
)
from domain.joint_case_facts import STATE_WORDS as STATE_WORDS
from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.lead_rules import LeadRules
from domain.organisations import HUB
from domain.rules import CLOSE_CASE, LEAD_OFFER

UNDER_WAY = frozenset({JointState.OPEN, JointState.OFFERED})


def joint_case_id(case_id: UUID) -> UUID:
    """The id of the stream that says who leads a case."""
    return derived_id("joint_case", case_id)


class OpenJointCase(Command):
    """Asked by the hub with each referral, by its ``kind``: the case has a lead from its first one
    on, and is in hand again where another is asked after it was closed."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID
    child_ref: UUID
    matter: Category
    kind: str


class OfferLead(Command):
    """移交牵头, by the lead: another organisation is asked to lead."""

    READS_CHILD: ClassVar[bool] = True
    NAMES: ClassVar[str] = "to"
    case_id: UUID
    to: str


class AcceptLead(Command):
    """接收牵头, by the organisation that was asked."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID


class DeclineLead(Command):
    """不接收牵头, by the organisation that was asked, with a reason of the list; or, by the lead,
    收回移交."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID
    reason: str | None = None


class HandOnLead(Command):
    """Asked by the hub: a conflicted organisation (利害关系单位) leads no more."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID


class AskWhetherAnswered(Command):
    """Asked by the hub whenever a referral of the case is over, or another one leads: whether
    all is answered, so that the lead is to close it."""

    READS_CHILD: ClassVar[bool] = True
    READS_CASE: ClassVar[bool] = True
    case_id: UUID


class CloseJointCase(Command):
    """结案, by the lead, once no referral of the case is open."""

    READS_CHILD: ClassVar[bool] = True
    READS_CASE: ClassVar[bool] = True
    case_id: UUID


def _open(state: JointCase, command: OpenJointCase, given: Given) -> list[Event]:
    _by_hub(given)
    if command.kind in _rules(given).apart:
        return []
    if state.state in UNDER_WAY:
        resumed = JointCaseResumed(**state.about, told_to=state.lead)
        return [] if state.close_by is None else [resumed]
    matter = command.matter if state.state is JointState.NONE else state.matter
    lead = _nearest(state.lead or _rules(given).lead_of(matter), given)
    return [
        JointCaseOpened(
            child_ref=state.child_ref or command.child_ref,
            case_id=command.case_id,
            matter=matter,
            lead=lead,
            told_to=lead,
        )
    ]


def _by_hub(given: Given) -> None:
    if given.actor.organisation != HUB:
        raise _not_yours()


def _not_yours() -> Refused:
    """The same for a case of others, for one that is not there, and for one of which the asker is
    told nothing (利害关系单位): a case number says to nobody whether there is such a case."""
    return Refused("CASE_NOT_YOURS", "没有可由本单位办理的牵头案件，请核对编号。")


def _rules(given: Given) -> LeadRules:
    found: LeadRules = given.rules.leads
    return found


def _nearest(lead: str, given: Given) -> str:
    found: str = given.rules.suspects.nearest(lead, given.conflicted)
    return found


def _lead_only(state: JointCase, given: Given) -> None:
    actor = given.actor.organisation
    if state.state is JointState.NONE or actor != state.lead or actor in given.conflicted:
        raise _not_yours()
    if state.state is JointState.CLOSED:
        raise Refused("CASE_CLOSED", "该案已结案，不能这样办理；有新的情况请另行转出。")


def _offer(state: JointCase, command: OfferLead, given: Given) -> list[Event]:
    """One that is conflicted is asked as any other is, and told nothing: to refuse exactly that one
    would tell of a suspicion. Nobody answers, and the first one leads."""
    _lead_only(state, given)
    if state.offered_to == command.to:
        return []
    if state.offered_to is not None:
        raise Refused("LEAD_OFFERED", "已请另一单位牵头，对方尚未答复；要改请他人，先收回移交。")
    rules = _rules(given)
    if command.to == state.lead or not rules.may_be_asked(command.to, state.matter):
        raise Refused("LEAD_ADDRESSEE", "该单位不能牵头这一类案件，请核对单位代码。")
    return [
        LeadOffered(
            **state.about,
            told_to=command.to,
            offered_to=command.to,
            answer_by=given.rules.due(given.rules.clocks[LEAD_OFFER].within, given.now),
        )
    ]


def _accept(state: JointCase, command: AcceptLead, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if actor != state.offered_to or actor in given.conflicted:
        raise _not_yours()
    about = {**state.about, "lead": actor}
    return [LeadAccepted(**about, told_to=state.lead, former=state.lead)]


def _decline(state: JointCase, command: DeclineLead, given: Given) -> list[Event]:
    actor = given.actor.organisation
    if actor != state.offered_to or actor in given.conflicted:
        _lead_only(state, given)
        if state.offered_to is None:
            raise Refused("LEAD_NOT_OFFERED", "该案目前没有待答复的移交牵头，请刷新后再试。")
        return _offer_is_over(state, told_to=state.offered_to)
    reasons = _rules(given).declined_for
    if command.reason not in reasons:
        raise Refused(
            "LEAD_REASON", "请从以下选择不接收的原因：" + "、".join(reasons.values()) + "。"
        )
    declined = _offer_is_over(state, told_to=state.lead)
    update = {"taken_back": False, "declined_for": command.reason}
    return [each.model_copy(update=update) for each in declined]


def _offer_is_over(state: JointCase, *, told_to: str) -> list[Event]:
    """The end of an offer, where there is one."""
    if state.offered_to is None:
        return []
    return [
        LeadDeclined(
            **state.about,
            told_to=told_to,
            offered_to=state.offered_to,
            taken_back=True,
            declined_for=None,
        )
    ]


def _hand_on(state: JointCase, command: HandOnLead, given: Given) -> list[Event]:
    """A lead that is conflicted leads no more, and is told of that as little as of anything else:
    what ends its offer is told to the one that was asked."""
    _by_hub(given)
    shut_out = given.conflicted
    if state.state not in UNDER_WAY or state.lead not in shut_out:
        # Whoever was asked and is conflicted by now cannot accept; that the hub ended exactly that
        # offer would tell the lead why.
        return []
    lead = _nearest(state.lead, given)
    return [
        *_offer_is_over(state, told_to=state.offered_to or lead),
        LeadHandedOn(**{**state.about, "lead": lead}, told_to=lead),
    ]


def _answered(state: JointCase, command: AskWhetherAnswered, given: Given) -> list[Event]:
    """What one organisation alone was asked for is over with its answer; where several were, the
    lead says that the whole is done."""
    _by_hub(given)
    if state.state not in UNDER_WAY or state.close_by is not None:
        return []
    asked = given.referrals
    if asked.open or not asked.addressees:
        return []
    if asked.addressees == 1:
        offered = state.state is JointState.OFFERED
        return [] if offered else [JointCaseClosed(**state.about, told_to=state.lead)]
    by = given.rules.due(given.rules.clocks[CLOSE_CASE].within, given.now)
    return [JointCaseAnswered(**state.about, told_to=state.lead, close_by=by)]


def _close(state: JointCase, command: CloseJointCase, given: Given) -> list[Event]:
    _lead_only(state, given)
    if given.referrals.open:
        raise Refused(
            "CASE_OPEN", "该案还有未办完的转介单，不能结案；请催办，或待其办结、撤回后再结案。"
        )
    return [
        *_offer_is_over(state, told_to=state.offered_to or state.lead),
        JointCaseClosed(**state.about, told_to=state.lead),
    ]


JOINT_CASE: Stream[JointCase] = Stream(
    name="joint_case",
    initial=JointCase(),
    decide={
        OpenJointCase: _open,
        OfferLead: _offer,
        AcceptLead: _accept,
        DeclineLead: _decline,
        HandOnLead: _hand_on,
        AskWhetherAnswered: _answered,
        CloseJointCase: _close,
    },
    evolve=EVOLVE,
    locate=lambda command, load: joint_case_id(command.case_id),
    title="联办案件",
    states=STATE_WORDS,
    case=state_after,
)
