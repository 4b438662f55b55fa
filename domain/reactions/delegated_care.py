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
from domain.organisations import HUB, Seat, district_organisation, nearest_of
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted, WithdrawReferral

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
CHECK = "check_carer"
CHECK_AGAIN = "check_carer_again"
CHANGE = "change_carer"


def checking_task(care: UUID, carer: int = 1) -> UUID:
    """The referral by which the town looks at who cares, the how manieth of this care."""
    return derived_id("referral", CHECK, care, *((carer,) if carer > 1 else ()))


def once_more(task: UUID) -> UUID:
    """The referral by which the town looks once more at somebody whom it did not meet."""
    return derived_id("referral", CHECK_AGAIN, task)


def _over(care: UUID, carer: int) -> list[Command]:
    task = checking_task(care, carer)
    return [WithdrawReferral(referral_id=each) for each in (task, once_more(task))]


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
    lets the week run as it did, and the last day where that is what it was; another one begins
    anew."""
    if not event.current:
        return []
    care = cause.originator_id
    clocks: list[Command] = [_clock(event, care, CONTACT_EACH_WEEK, event.contact_by)]
    if event.end_kept:
        return clocks
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
    """未保法 22: 不得委托 …; 听取有表达意愿能力未成年人的意见. Asked once of each who cares; over
    by itself once the record says that both was done, or that somebody else cares, or nobody."""
    care, carers = cause.originator_id, event.carers or 1
    if isinstance(event, DelegatedCareEnded):
        return [each for carer in range(1, carers + 1) for each in _over(care, carer)]
    if not event.current:
        return []
    former = _over(care, carers - 1) if carers > 1 else []
    if event.barred_checked and event.child_heard:
        return [*former, *_over(care, carers)]
    town = event.town or places.town_of(event.stated_by)
    addressee = nearest_of(town=town)
    asked = refer(
        cause,
        CHECK,
        addressee,
        case=care,
        sender=HUB if addressee == event.stated_by else event.stated_by,
        town=town,
        referral_id=checking_task(care, carers),
    )
    return [*former, asked]


@when(ReferralCompleted)
def when_who_cares_was_not_met_then_the_town_looks_once_more(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A child is with somebody whom nobody has seen: that is no answer."""
    if event.kind != CHECK or event.outcome != "NOT_MET":
        return []
    return [
        refer(
            cause,
            CHECK_AGAIN,
            event.addressee,
            case=event.case_id,
            sender=event.sender,
            town=places.town_of(event.addressee),
            referral_id=once_more(cause.originator_id),
        )
    ]


@when(ReferralCompleted)
def when_the_carer_is_barred_then_another_one_is_to_be_found(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 22: 不得作为被委托人. The village has the parents appoint another; also where nobody
    met who cares the second time either."""
    barred = event.kind in (CHECK, CHECK_AGAIN) and event.outcome == "BARRED"
    if not barred and (event.kind, event.outcome) != (CHECK_AGAIN, "NOT_MET"):
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
