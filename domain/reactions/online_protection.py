"""What follows where a child is lost in the net (网络沉迷): clocks, school and town joined in, and
the guardians guided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.child_file import ResidenceConfirmed
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Command, Event, Recorded, derived_id
from domain.online_protection import RECHECK, STOP
from domain.online_protection_events import (
    FollowPupil,
    OnlineEvent,
    OnlineFinding,
    OnlineLeadChanged,
    OnlineRiskFound,
    OnlineUseRechecked,
    OnlineUseStopped,
)
from domain.organisations import HUB, Seat, seat_of, town_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral, WithdrawReferral
from domain.voluntary_guidance import OfferGuidance, Origin, matter_of

JOIN_SCHOOL = "stop_pupils_online_use"
JOIN_TOWN = "guide_family_online"


def _clock(
    event: OnlineEvent, case: UUID, kind: str, owner: str, due_at: datetime, *, anew: bool = True
) -> SetDeadline:
    return SetDeadline(
        subject_id=case,
        kind=kind,
        child_ref=event.child_ref,
        matter=matter_of(owner),
        owner=owner,
        town=event.town,
        due_at=due_at,
        anew=anew,
    )


# Together with the record


@when(OnlineUseStopped, OnlineUseRechecked, at_once=True)
def when_online_use_is_stopped_or_looked_at_then_the_next_look_is_awaited(
    event: OnlineUseStopped | OnlineUseRechecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Corrected: nothing more; it recurs: it is to be stopped anew."""
    if cause.header.supersedes is not None:
        return []
    case, owner = cause.originator_id, cause.header.actor.organisation
    found: list[Command] = [MeetDeadline(subject_id=case, kind=each) for each in (STOP, RECHECK)]
    if isinstance(event, OnlineUseRechecked) and event.stop_by is not None:
        found.append(_clock(event, case, STOP, owner, event.stop_by))
    if event.recheck_by is not None:
        found.append(_clock(event, case, RECHECK, owner, event.recheck_by))
    return found


@when(OnlineLeadChanged, at_once=True)
def when_somebody_else_leads_then_its_clock_runs(
    event: OnlineLeadChanged, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Whoever led before is reminded no more."""
    case = cause.originator_id
    found: list[Command] = [CancelDeadline(subject_id=case, kind=each) for each in (STOP, RECHECK)]
    if event.stop_by is not None:
        found.append(_clock(event, case, STOP, event.leads, event.stop_by))
    if event.recheck_by is not None:
        found.append(_clock(event, case, RECHECK, event.leads, event.recheck_by))
    return found


# Afterwards, from the log


@when(EnrolmentConfirmed, EnrolmentEnded, ResidenceConfirmed)
def when_school_or_home_changes_then_whoever_leads_now_keeps_the_clock(
    event: Event, cause: Recorded, places: Places
) -> Sequence[Command]:
    """September comes each year: nobody is reminded of a pupil who is somebody else's."""
    return [FollowPupil(child_ref=cause.subject)]


@when(OnlineRiskFound)
def when_online_risk_is_found_then_it_is_to_be_stopped(
    event: OnlineRiskFound, cause: Recorded, places: Places
) -> Sequence[Command]:
    """By who leads. Afterwards: the finder's receipt does not tell whether somebody had found it
    before. Once for each time that the child is on the list, until it is stopped."""
    if cause.header.supersedes is not None:
        return []
    return [_clock(event, cause.originator_id, STOP, event.leads, event.stop_by, anew=False)]


@when(OnlineRiskFound)
def when_online_risk_is_found_then_school_and_town_are_joined_in(
    event: OnlineRiskFound, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二5 (P41). The hub itself refers: neither is told by it where a pupil lives or goes to
    school. Who found it is asked for nothing but what it leads; each is joined in once."""
    case, finder = cause.originator_id, cause.header.actor.organisation
    found: list[Command] = []
    if seat_of(event.leads) is Seat.SCHOOL and finder != event.leads:
        found.append(_join(event, cause, JOIN_SCHOOL, event.leads, case))
    town = town_organisation(event.town) if event.town else None
    if town is not None and town != finder:
        found.append(_join(event, cause, JOIN_TOWN, town, case))
    return found


def _join(
    event: OnlineRiskFound, cause: Recorded, kind: str, addressee: str, case: UUID
) -> Command:
    return refer(
        cause,
        kind,
        addressee,
        case=case,
        sender=HUB,
        town=event.town,
        referral_id=derived_id("referral", kind, case),
    )


@when(OnlineUseStopped)
def when_online_use_is_stopped_then_the_schools_task_is_done(
    event: OnlineUseStopped, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The record answers it, and no click."""
    return [
        CompleteReferral(
            referral_id=derived_id("referral", JOIN_SCHOOL, cause.originator_id),
            outcome="STOPPED",
            happened_on=event.taken_on,
        )
    ]


@when(OnlineUseStopped)
def when_online_use_is_stopped_then_the_guardians_are_guided(
    event: OnlineUseStopped, cause: Recorded, places: Places
) -> Sequence[Command]:
    """引导监护人监管: whoever leads offered it; accepted, it is a course as any other. Who acts in
    the place of a conflicted school or town has no course of its own."""
    by = cause.header.actor.organisation
    if cause.header.supersedes is not None or seat_of(by) not in (Seat.SCHOOL, Seat.TOWN):
        return []
    return [
        OfferGuidance(
            child_ref=event.child_ref,
            matter=matter_of(by),
            giver=by,
            offered_on=event.taken_on,
            origin=Origin.OFFERED,
            accepted=event.guidance_accepted,
            topic=None,
            offered_by=by,
        )
    ]


@when(OnlineUseRechecked)
def when_online_use_is_corrected_then_nobody_is_joined_in_any_more(
    event: OnlineUseRechecked, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.finding is not OnlineFinding.CORRECTED:
        return []
    case = cause.originator_id
    return [
        CancelDeadline(subject_id=case, kind=STOP),
        *(
            WithdrawReferral(referral_id=derived_id("referral", kind, case))
            for kind in (JOIN_SCHOOL, JOIN_TOWN)
        ),
    ]
