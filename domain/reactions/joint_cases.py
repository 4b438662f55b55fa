"""A case has a lead (牵头单位) from its first referral on; an offer of the lead has its clock."""

from __future__ import annotations

from collections.abc import Sequence

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.joint_case import OpenJointCase
from domain.joint_case_facts import LeadAccepted, LeadDeclined, LeadOffered
from domain.kernel import Command, Recorded
from domain.reactions.kernel import Places, when
from domain.referral_facts import ReferralRequested
from domain.rules import LEAD_OFFER


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
