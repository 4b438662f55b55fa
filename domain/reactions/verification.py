"""Together with a verification: it meets what is owed. Afterwards, from the log: what was found to
differ is checked by whoever keeps the register, and a round's report is awaited."""

from __future__ import annotations

from collections.abc import Sequence

from domain.calendar import end_of_day_utc
from domain.deadline import MeetDeadline, MoveDeadline
from domain.kernel import Command, Recorded
from domain.organisations import Seat, district_organisation, nearest_of, town_organisation
from domain.reactions.health import ASSESS
from domain.reactions.kernel import Places, clock_of, refer, when
from domain.verification import (
    AttendanceStated,
    ChildVerified,
    CompareEnrolment,
    DisabilityRaised,
    Finding,
    RollDifferenceFound,
)
from domain.verification_round import REPORT, RoundDelayed, RoundOpened, RoundReported
from domain.visit_obligation_events import MeetObligation, OwedKind

_LOOKED_UP = (Finding.NEWLY_FOUND, Finding.MOVED_AWAY, Finding.NOT_FOUND)


@when(ChildVerified, at_once=True)
def when_a_child_is_verified_then_it_is_owed_no_more(
    event: ChildVerified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P17: whatever was found, it was looked at; what differs is a task of its own."""
    return [
        MeetObligation(
            child_ref=event.child_ref,
            kind=OwedKind.VERIFICATION,
            happened_on=event.verified_on,
            by=cause.header.actor.organisation,
            visit=cause.originator_id,
        )
    ]


@when(ChildVerified)
def when_verification_differs_then_the_town_checks(
    event: ChildVerified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P21: 发现问题及时报告并协调解决. A corrected line asks for nothing again."""
    same = event.finding is Finding.AS_KNOWN
    if same or event.town is None or cause.header.supersedes is not None:
        return []
    return [
        refer(
            cause,
            "check_verification",
            town_organisation(event.town),
            case=cause.originator_id,
            sender=cause.header.actor.organisation,
            town=event.town,
        )
    ]


@when(ChildVerified)
def when_a_child_is_new_moved_or_not_found_then_the_police_look_up_its_household(
    event: ChildVerified, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P17, domain reference §10 (公安: 户籍核对): for the town, which decides on it."""
    again = cause.header.supersedes is not None
    if event.finding not in _LOOKED_UP or event.town is None or again:
        return []
    return [
        refer(
            cause,
            "check_registration",
            places.police_station(event.town),
            case=cause.originator_id,
            sender=town_organisation(event.town),
            town=event.town,
        )
    ]


@when(AttendanceStated)
def when_attendance_is_stated_then_it_is_compared_with_the_roll(
    event: AttendanceStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二4 P27: 教育、公安、民政信息共享. Afterwards: what the roll says is not the
    village's to learn from its receipt."""
    return [
        CompareEnrolment(
            verification_id=cause.originator_id,
            child_ref=event.child_ref,
            town=event.town,
            attends=event.attends,
            school=event.school,
        )
    ]


@when(RollDifferenceFound)
def when_the_roll_differs_then_education_checks(
    event: RollDifferenceFound, cause: Recorded, places: Places
) -> Sequence[Command]:
    """For the town where the child was verified; civil affairs, where none is known."""
    asks = nearest_of(town=event.town)
    return [
        refer(
            cause,
            "check_roll",
            district_organisation(Seat.EDUCATION),
            case=cause.originator_id,
            sender=asks,
            town=event.town,
        )
    ]


@when(DisabilityRaised)
def when_a_child_director_raises_a_disability_then_the_federation_assesses(
    event: DisabilityRaised, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二3 P25. A corrected line asks for nothing again."""
    if cause.header.supersedes is not None:
        return []
    return [
        refer(
            cause,
            ASSESS,
            district_organisation(Seat.DISABLED_FEDERATION),
            case=cause.originator_id,
            sender=cause.header.actor.organisation,
            town=event.town,
        )
    ]


@when(RoundOpened, at_once=True)
def when_a_round_is_opened_then_the_towns_report_is_awaited(
    event: RoundOpened, cause: Recorded, places: Places
) -> Sequence[Command]:
    """No child is concerned: the clock runs on the round itself."""
    return [
        clock_of(
            cause,
            REPORT,
            owner=event.told_to,
            town=event.town,
            due_at=event.report_by,
            # Counted from the last day of the round.
            started_at=end_of_day_utc(event.until),
        )
    ]


@when(RoundDelayed, at_once=True)
def when_a_round_is_put_off_then_the_towns_report_is_due_later(
    event: RoundDelayed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """What each child is owed follows from the log (hub/visits_owed.py)."""
    stream = cause.originator_id
    return [MoveDeadline(subject_id=stream, kind=REPORT, child_ref=stream, due_at=event.report_by)]


@when(RoundReported, at_once=True)
def when_a_town_reports_on_its_round_then_its_clock_is_met(
    event: RoundReported, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=REPORT)]
