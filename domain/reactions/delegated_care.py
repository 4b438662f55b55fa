"""What delegated care (委托照护) is owed and opens at others: 未保法 22, 23."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.delegated_care import (
    CONTACT_EACH_WEEK,
    END,
    ContactAttested,
    DelegatedCareEnded,
    DelegatedCareEvent,
    DelegatedCareRecorded,
)
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import HUB, Seat, district_organisation, town_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted, WithdrawReferral

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
CHECK = "check_carer"
CHANGE = "change_carer"


def checking_task(care: UUID) -> UUID:
    """The referral by which the town looks at who cares."""
    return derived_id("referral", CHECK, care)


def _clock(event: DelegatedCareEvent, care: UUID, kind: str, due_at: datetime) -> SetDeadline:
    return SetDeadline(
        subject_id=care,
        kind=kind,
        child_ref=event.child_ref,
        matter=Category.GUARDIANSHIP,
        owner=event.stated_by,
        town=event.town,
        due_at=due_at,
        anew=True,
    )


# Together with the record


@when(DelegatedCareRecorded, at_once=True)
def when_care_is_delegated_then_its_clocks_run(
    event: DelegatedCareRecorded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Each week's contact (未保法 23), and what was agreed until a day. A record that is put right
    lets the week run as it did, and sets the last day anew."""
    if not event.current:
        return []
    care = cause.originator_id
    clocks: list[Command] = [_clock(event, care, CONTACT_EACH_WEEK, event.contact_by)]
    clocks.append(CancelDeadline(subject_id=care, kind=END))
    if event.end_by is not None:
        clocks.append(_clock(event, care, END, event.end_by))
    return clocks


@when(ContactAttested, at_once=True)
def when_contact_is_attested_then_the_next_week_runs(
    event: ContactAttested, cause: Recorded, places: Places
) -> Sequence[Command]:
    if not event.current:
        return []
    care = cause.originator_id
    return [
        MeetDeadline(subject_id=care, kind=CONTACT_EACH_WEEK),
        _clock(event, care, CONTACT_EACH_WEEK, event.contact_by),
    ]


@when(DelegatedCareEnded, at_once=True)
def when_delegated_care_ends_then_its_clocks_are_over(
    event: DelegatedCareEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    care = cause.originator_id
    return [
        CancelDeadline(subject_id=care, kind=CONTACT_EACH_WEEK),
        MeetDeadline(subject_id=care, kind=END),
    ]


# Afterwards, from the log


@when(DelegatedCareRecorded, DelegatedCareEnded)
def when_nobody_checked_who_cares_then_the_town_does(
    event: DelegatedCareRecorded | DelegatedCareEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 22: 不得委托 …; 听取有表达意愿能力未成年人的意见. Asked once; over by itself once the
    record says that both was done, or the care is over."""
    task = checking_task(cause.originator_id)
    looked_at = isinstance(event, DelegatedCareRecorded) and (
        event.barred_checked and event.child_heard
    )
    if looked_at or isinstance(event, DelegatedCareEnded):
        return [WithdrawReferral(referral_id=task)]
    if not event.current:
        return []
    town = event.town or places.town_of(event.stated_by)
    addressee = town_organisation(town) if town else CIVIL_AFFAIRS
    return [
        refer(
            cause,
            CHECK,
            addressee,
            case=cause.originator_id,
            sender=HUB if addressee == event.stated_by else event.stated_by,
            town=town,
            referral_id=task,
        )
    ]


@when(ReferralCompleted)
def when_the_carer_is_barred_then_another_one_is_to_be_found(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 22: 不得作为被委托人. The village has the parents appoint another."""
    if event.kind != CHECK or event.outcome != "BARRED":
        return []
    told = event.addressee if event.sender == HUB else event.sender
    town = places.town_of(told)
    return [refer(cause, CHANGE, told, case=event.case_id, sender=HUB, town=town)]


@when(ReferralCompleted)
def when_parents_keep_a_barred_carer_then_the_police_consider_an_admonition(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 118: who was spoken to in vain is reported to the police."""
    if event.kind != CHANGE or event.outcome != "REFUSED":
        return []
    town = places.town_of(event.addressee)
    station = places.police_station(town)
    return [
        refer(
            cause,
            "consider_admonition",
            station,
            case=event.case_id,
            sender=event.addressee,
            town=town,
        )
    ]
