"""What an application for aid (保障申请) asks of others: verification, decision, another applicant,
its clocks, a charity where a need remains; and who looks where aid may be possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.aid_choice import LeaveChoice, TakeChoice
from domain.aid_codes import Finding
from domain.aid_events import (
    AidApplied,
    AidEnded,
    AidEvent,
    AidGiven,
    AidGranted,
    AidRefused,
    AidReviewed,
    AidVerified,
)
from domain.child_file import ChildClassified
from domain.deadline import CancelDeadline, MeetDeadline, SetDeadline
from domain.health import DisabilityCertified
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import (
    HUB,
    TOWN_DIGITS,
    Seat,
    district_organisation,
    nearest_of,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import CompleteReferral, WithdrawReferral

CIVIL_AFFAIRS = district_organisation(Seat.CIVIL_AFFAIRS)
FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)

VERIFY = {
    Category.MEANS: "verify_aid",
    Category.SCHOOLING: "verify_school_aid",
    Category.HEALTH: "assess_disability_aid",
}
DECIDE = {
    Category.MEANS: "decide_aid",
    Category.SCHOOLING: "decide_school_aid",
    Category.HEALTH: "decide_disability_aid",
}
"""The kinds of referral by which an application goes on, by its matter."""
LOOK_AGAIN = {
    Category.MEANS: "review_aid",
    Category.SCHOOLING: "review_school_aid",
    Category.HEALTH: "review_disability_aid",
}
"""The kinds by which whoever decided is asked whether what runs goes on (hub/aid_reviews.py)."""
ANOTHER_APPLICANT = "another_applicant"
LINK_CHARITY = "link_charity"
CHECK = "check_aid"
CHECK_DISABILITY = "check_disability_aid"

GIVE, REVIEW, AGE = "aid_give", "aid_review", "aid_age"
"""The clocks of what was granted (policies/clocks.toml)."""


def aid_task(kind: str, application: UUID) -> UUID:
    """The one referral of a kind that an application asks for."""
    return derived_id("referral", kind, application)


def _ask(cause: Recorded, event: AidEvent, kind: str, addressee: str) -> Command:
    """Whoever took it down sees how far it is, and no amount; nobody refers to itself."""
    sender = event.taken_by
    return refer(
        cause,
        kind,
        addressee,
        case=cause.originator_id,
        sender=HUB if sender == addressee else sender,
        town=event.town,
        referral_id=aid_task(kind, cause.originator_id),
    )


def _clock(event: AidEvent, application: UUID, kind: str, owner: str, due: datetime) -> SetDeadline:
    return SetDeadline(
        subject_id=application,
        kind=kind,
        child_ref=event.child_ref,
        matter=event.matter,
        owner=owner,
        town=event.town,
        due_at=due,
        anew=True,
    )


# Together with the record


@when(AidGranted, at_once=True)
def when_aid_is_granted_then_the_choice_is_taken(
    event: AidGranted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪府规〔2025〕11号: of some schemes one. A second one is refused with this very grant."""
    if event.choose_one is None:
        return []
    return [
        TakeChoice(
            child_ref=event.child_ref,
            choose_one=event.choose_one,
            application=cause.originator_id,
        )
    ]


@when(AidRefused, AidEnded, at_once=True)
def when_aid_is_over_then_the_choice_is_free(
    event: AidRefused | AidEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.choose_one is None:
        return []
    return [
        LeaveChoice(
            child_ref=event.child_ref,
            choose_one=event.choose_one,
            application=cause.originator_id,
        )
    ]


@when(AidGranted, AidGiven, AidReviewed, at_once=True)
def when_aid_goes_on_then_the_next_of_its_clocks_runs(
    event: AidGranted | AidGiven | AidReviewed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Granted: to be given where it is in kind, else to be reviewed; given: to be followed up;
    reviewed: once more. Whoever verified looks again; the age is a day to look as well, and ends
    nothing."""
    if cause.header.supersedes is not None:
        return []
    application = cause.originator_id
    over = (GIVE,) if isinstance(event, AidGiven) else (REVIEW,)
    clocks: list[Command] = [MeetDeadline(subject_id=application, kind=kind) for kind in over]
    if event.review_by is not None:
        clocks.append(_clock(event, application, REVIEW, event.verifier, event.review_by))
    if isinstance(event, AidGranted):
        if event.give_by is not None:
            clocks.append(_clock(event, application, GIVE, event.decider, event.give_by))
        if event.ends_by is not None:
            clocks.append(_clock(event, application, AGE, event.verifier, event.ends_by))
    if isinstance(event, AidReviewed):
        clocks.append(MeetDeadline(subject_id=application, kind=AGE))
    return clocks


@when(AidRefused, AidEnded, at_once=True)
def when_aid_is_over_then_its_clocks_are(
    event: AidRefused | AidEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CancelDeadline(subject_id=cause.originator_id, kind=kind) for kind in (GIVE, REVIEW, AGE)
    ]


# Afterwards, from the log


@when(AidApplied)
def when_aid_is_applied_for_then_it_is_verified(
    event: AidApplied, cause: Recorded, places: Places
) -> Sequence[Command]:
    """街镇核验 (发放困境儿童基本生活费 [S12]); of aid for schooling the school, of disability
    services the federation assesses. Asked once, whoever applies."""
    return [_ask(cause, event, VERIFY[event.matter], event.verifier)]


@when(AidApplied)
def when_a_suspected_guardian_applies_then_civil_affairs_find_another_applicant(
    event: AidApplied, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 11, 108: the child loses nothing by it; told to nobody else."""
    if event.effective:
        return []
    return [
        refer(
            cause,
            ANOTHER_APPLICANT,
            CIVIL_AFFAIRS,
            case=cause.originator_id,
            sender=HUB,
            town=event.town,
            referral_id=aid_task(ANOTHER_APPLICANT, cause.originator_id),
        )
    ]


@when(AidVerified)
def when_aid_is_verified_then_it_is_decided(
    event: AidVerified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """区民政审批. What is incomplete stays with whoever verifies."""
    if event.finding is Finding.INCOMPLETE:
        return []
    return [
        CompleteReferral(
            referral_id=aid_task(VERIFY[event.matter], cause.originator_id),
            outcome=event.finding.value,
            happened_on=event.verified_on,
        ),
        _ask(cause, event, DECIDE[event.matter], event.decider),
    ]


@when(AidGranted, AidRefused)
def when_aid_is_decided_then_the_task_is_done(
    event: AidGranted | AidRefused, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CompleteReferral(
            referral_id=aid_task(DECIDE[event.matter], cause.originator_id),
            outcome="GRANTED" if isinstance(event, AidGranted) else "REFUSED",
            happened_on=event.decided_on,
        )
    ]


@when(AidGranted, AidRefused)
def when_a_need_remains_then_the_town_looks_for_a_charity(
    event: AidGranted | AidRefused, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 (P23): 救助+慈善+儿童. Which scheme it was is no part of the task."""
    if not event.need_remains:
        return []
    town = nearest_of(town=event.town)
    return [
        refer(
            cause,
            LINK_CHARITY,
            town,
            case=cause.originator_id,
            sender=HUB,
            town=event.town,
            referral_id=aid_task(LINK_CHARITY, cause.originator_id),
        )
    ]


@when(AidEnded)
def when_an_application_ends_then_nobody_is_asked_any_more(
    event: AidEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家庭撤回: what was asked for is not owed any more; what was answered stays."""
    return [
        WithdrawReferral(referral_id=aid_task(kind, cause.originator_id))
        for kind in (VERIFY[event.matter], DECIDE[event.matter], ANOTHER_APPLICANT)
    ]


@when(AidEnded, AidReviewed)
def when_aid_is_looked_at_then_nobody_is_asked_whether_it_goes_on(
    event: AidEnded | AidReviewed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The record answers it, and no click."""
    ended = isinstance(event, AidEnded)
    return [
        CompleteReferral(
            referral_id=aid_task(LOOK_AGAIN[event.matter], cause.originator_id),
            outcome="ENDED" if ended else "GOES_ON",
            happened_on=event.ended_on if isinstance(event, AidEnded) else event.reviewed_on,
        )
    ]


@when(ChildClassified)
def when_a_certified_category_may_entitle_then_the_village_looks(
    event: ChildClassified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """可能符合，请核实 (domain reference §6: possible eligibility → task, never a decision); 居村
    helps the family to apply. Of one category once a year. What the town's own register says the
    town knows already."""
    if not event.may_qualify or event.entry is None or cause.header.supersedes is not None:
        return []
    home = event.home_village
    year = cause.header.recorded_at.year
    return [
        refer(
            cause,
            CHECK,
            nearest_of(village=home, town=None),
            case=derived_id(CHECK, event.child_ref),
            sender=HUB,
            town=home[:TOWN_DIGITS] if home else None,
            referral_id=derived_id("referral", CHECK, event.child_ref, event.entry, year),
        )
    ]


@when(DisabilityCertified)
def when_a_disability_is_certified_then_the_federation_looks_what_is_needed(
    event: DisabilityCertified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 (P25): 人工耳蜗、骨关节置换、辅具、康复训练. Of one finding once."""
    if cause.header.supersedes is not None:
        return []
    return [
        refer(
            cause,
            CHECK_DISABILITY,
            FEDERATION,
            case=event.entry,
            sender=HUB,
            town=None,
            referral_id=derived_id("referral", CHECK_DISABILITY, event.child_ref, event.entry),
        )
    ]
