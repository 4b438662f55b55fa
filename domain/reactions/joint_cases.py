"""A case has a lead (牵头单位) from its first referral on. An offer of the lead has its clock, and
so has the end of a case in which everybody that was asked has answered."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.joint_case import AskWhetherAnswered, OpenJointCase
from domain.joint_case_facts import (
    JointCaseAnswered,
    JointCaseClosed,
    JointCaseResumed,
    LeadAccepted,
    LeadDeclined,
    LeadHandedOn,
    LeadOffered,
)
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.referral_facts import (
    ReferralCompleted,
    ReferralFailed,
    ReferralRequested,
    ReferralVoided,
    ReferralWithdrawn,
)
from domain.rules import CLOSE_CASE, LEAD_OFFER


@when(ReferralRequested)
def when_referral_requested_then_its_case_has_a_lead(
    event: ReferralRequested, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 三2 (P53): afterwards, for whoever asks learns nothing of whether there are others."""
    return [
        OpenJointCase(
            case_id=event.case_id,
            child_ref=event.child_ref,
            matter=event.matter,
            kind=event.kind,
        )
    ]


@when(LeadOffered, at_once=True)
def when_lead_is_offered_then_its_answer_is_awaited(
    event: LeadOffered, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By whoever offered it, and leads until then (首接负责): whose clock it is depends on nothing
    that is said of the one that was asked."""
    return [
        SetDeadline(
            subject_id=event.case_id,
            kind=LEAD_OFFER,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.lead,
            town=None,
            due_at=event.answer_by,
            anew=True,
        )
    ]


@when(LeadAccepted, at_once=True)
def when_lead_is_accepted_then_the_answer_is_there(
    event: LeadAccepted, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=event.case_id, kind=LEAD_OFFER)]


@when(LeadDeclined, at_once=True)
def when_lead_is_declined_then_the_answer_is_there(
    event: LeadDeclined, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Taken back, no answer is awaited any more."""
    over = CancelDeadline if event.taken_back else MeetDeadline
    return [over(subject_id=event.case_id, kind=LEAD_OFFER)]


@when(ReferralCompleted, ReferralFailed, ReferralWithdrawn, ReferralVoided)
def when_referral_is_over_then_its_case_may_be_answered(
    event: ReferralCompleted | ReferralFailed | ReferralWithdrawn | ReferralVoided,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """Plan 三2 (P53). One that was returned (退回) is sent on, and is over with the next."""
    return [AskWhetherAnswered(case_id=event.case_id)]


@when(LeadAccepted, LeadHandedOn)
def when_another_one_leads_then_the_end_is_its_own(
    event: LeadAccepted | LeadHandedOn, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CancelDeadline(subject_id=event.case_id, kind=CLOSE_CASE),
        AskWhetherAnswered(case_id=event.case_id),
    ]


@when(LeadDeclined)
def when_offer_of_the_lead_is_over_then_the_case_may_be_answered(
    event: LeadDeclined, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [AskWhetherAnswered(case_id=event.case_id)]


@when(JointCaseAnswered, at_once=True)
def when_case_is_answered_then_its_lead_is_to_close_it(
    event: JointCaseAnswered, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        SetDeadline(
            subject_id=event.case_id,
            kind=CLOSE_CASE,
            child_ref=event.child_ref,
            matter=event.matter,
            owner=event.lead,
            town=None,
            due_at=event.close_by,
            anew=True,
        )
    ]


@when(JointCaseClosed, at_once=True)
def when_case_is_closed_then_nothing_is_owed(
    event: JointCaseClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=event.case_id, kind=CLOSE_CASE)]


@when(JointCaseResumed, at_once=True)
def when_more_is_asked_then_the_case_is_not_to_be_closed(
    event: JointCaseResumed, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [CancelDeadline(subject_id=event.case_id, kind=CLOSE_CASE)]
