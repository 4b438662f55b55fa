"""That a child of school age is on a roll: whose clock runs while it is on none, and what follows
when nobody has taken it over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.child_file import ResidenceConfirmed
from domain.deadline import (
    CancelDeadline,
    DeadlineMissed,
    HandOnDeadline,
    MeetDeadline,
    SetDeadline,
)
from domain.dropout_events import SuspectDropout
from domain.enrolment import (
    CHECK,
    ENTRY,
    NEXT,
    NOT_ENROLLED,
    EnrolmentConfirmed,
    EnrolmentEnded,
    LeavingNoted,
    NotOnRollStated,
)
from domain.kernel import Category, Command, Recorded, derived_id
from domain.leaving import DistrictLeft
from domain.merged_file import FileMerged, FileUnmerged, Taken
from domain.move import AnnounceTransfer
from domain.organisations import TOWN_DIGITS, Seat, district_organisation, town_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import ReferralCompleted


def _clock(child: UUID, kind: str, owner: str, town: str | None, due_at: datetime) -> SetDeadline:
    return SetDeadline(
        subject_id=child,
        kind=kind,
        child_ref=child,
        matter=Category.SCHOOLING,
        owner=owner,
        town=town,
        due_at=due_at,
        anew=True,
    )


@when(LeavingNoted)
def when_a_pupil_leaves_then_its_school_waits_for_the_next_one(
    event: LeavingNoted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Responsibility ends with the receiver's roll, not with the leaving."""
    town = places.town_of(event.school)
    return [_clock(event.child_ref, NEXT, event.school, town, event.next_by)]


@when(LeavingNoted)
def when_a_pupil_goes_to_another_school_then_it_sees_what_is_handed_over(
    event: LeavingNoted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Afterwards: the register's line is taken whether or not anybody may be told."""
    if event.goes_to is None:
        return []
    return [AnnounceTransfer(child_ref=event.child_ref, receiver=event.goes_to)]


@when(ResidenceConfirmed)
def when_a_child_lives_here_then_it_is_awaited_at_school(
    event: ResidenceConfirmed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """义务教育法 11, 13: the town sees to it that children of school age enter. Afterwards: its
    receipt does not tell whether the child is on a roll."""
    if event.enrol_by is None:
        return []
    owner, child = town_organisation(event.town), event.child_ref
    # From the town where it lived before, where that one waited.
    return [
        HandOnDeadline(subject_id=child, kind=ENTRY, child_ref=child, to=owner),
        _clock(child, ENTRY, owner, event.town, event.enrol_by),
    ]


@when(NotOnRollStated)
def when_a_child_is_rightly_on_no_roll_then_it_is_asked_about_again(
    event: NotOnRollStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    """延缓入学 and 送教 are for a time; 区外就读 without an end is settled."""
    child = event.child_ref
    if event.asked_again_at is None:
        return [CancelDeadline(subject_id=child, kind=ENTRY)]
    owner = town_organisation(event.town) if event.town else district_organisation(Seat.EDUCATION)
    # One that runs, or was missed, is over: the day has changed.
    return [
        CancelDeadline(subject_id=child, kind=ENTRY),
        _clock(child, ENTRY, owner, event.town, event.asked_again_at),
    ]


@when(EnrolmentConfirmed, EnrolmentEnded)
def when_a_school_has_the_child_then_nobody_waits_for_one(
    event: EnrolmentConfirmed | EnrolmentEnded, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The receiver's roll; or, outside of the district, its letter."""
    if not event.awaited:
        return []
    return [MeetDeadline(subject_id=event.child_ref, kind=kind) for kind in (NEXT, ENTRY)]


@when(FileMerged)
def when_the_other_file_is_on_a_roll_then_nobody_waits_for_a_school(
    event: FileMerged, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The town's file and the roll's are one child's. The wait may come back with the decision's
    being taken back, so that it is over and not met."""
    if Taken.SCHOOL not in event.takes:
        return []
    return [CancelDeadline(subject_id=event.child_ref, kind=kind) for kind in (NEXT, ENTRY)]


@when(FileUnmerged)
def when_the_files_are_two_children_after_all_then_a_school_is_awaited_again(
    event: FileUnmerged, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.enrol_by is None or event.home_village is None:
        return []
    town = event.home_village[:TOWN_DIGITS]
    owner = town_organisation(town)
    return [_clock(event.child_ref, ENTRY, owner, town, event.enrol_by)]


@when(DistrictLeft)
def when_the_child_left_the_district_then_it_is_awaited_here_no_more(
    event: DistrictLeft, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Of a pupil who is on a roll the school still says where it went."""
    return [CancelDeadline(subject_id=event.child_ref, kind=ENTRY)]


@when(DeadlineMissed)
def when_no_school_has_taken_a_pupil_over_then_it_is_a_suspected_dropout(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Domain reference §3: lost between primary and middle school."""
    return [SuspectDropout(child_ref=event.subject_id)] if event.kind == NEXT else []


@when(DeadlineMissed)
def when_a_child_has_not_entered_then_the_bureau_finds_out(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The town's register and the roll may know one child by two files; who is on a roll elsewhere
    is on none here. So nobody is suspected before the bureau has looked."""
    if event.kind != ENTRY:
        return []
    return [
        refer(
            cause,
            CHECK,
            district_organisation(Seat.EDUCATION),
            case=derived_id("enrolment", event.subject_id),
            sender=event.owner,
            town=places.town_of(event.owner),
        )
    ]


@when(ReferralCompleted)
def when_a_child_never_entered_then_it_is_a_suspected_dropout(
    event: ReferralCompleted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Domain reference §3: never enrolled at entry."""
    if (event.kind, event.outcome) != (CHECK, NOT_ENROLLED):
        return []
    return [SuspectDropout(child_ref=event.child_ref)]
