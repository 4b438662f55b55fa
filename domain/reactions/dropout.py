"""What a dropout case (控辍保学) opens at others, what ends of it by itself, and its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.deadline import CancelDeadline, DeadlineMissed, MeetDeadline, SetDeadline
from domain.dropout_absence import clock_of
from domain.dropout_codes import BECOMES, VERIFY, VISIT, JointMeasure
from domain.dropout_events import (
    AbsenceReported,
    ConfirmDropout,
    DropoutStruckOff,
    DropoutSuspected,
    EndLawfulAbsence,
    LawfulAbsenceApproved,
    MeasureCalled,
    PersuasionFailedRepeatedly,
    ReturnedToSchool,
    SeriousAbsenceNoted,
    SuspicionLifted,
)
from domain.dropout_state import begun_by
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import (
    Seat,
    district_organisation,
    town_organisation,
    village_organisation,
)
from domain.reactions.kernel import Places, refer, when
from domain.referral import WithdrawReferral

TRACE = "trace_dropout"
PERSUADE = "persuade_dropout"
COORDINATE = "coordinate_dropout"
ORDER = "order_return"
_ASKED = (TRACE, PERSUADE, COORDINATE, ORDER)
_WHILE_AWAY = (TRACE, PERSUADE, ORDER)
MEASURES = {
    JointMeasure.CHILD_LABOUR: ("check_child_labour", Seat.HUMAN_RESOURCES),
    JointMeasure.HOME_TEACHING: ("arrange_home_teaching", Seat.DISABLED_FEDERATION),
    JointMeasure.RELIEF: ("relieve_family", Seat.CIVIL_AFFAIRS),
    JointMeasure.SUIT_SUPPORT: ("support_suit", Seat.JUSTICE),
    JointMeasure.SUIT: ("sue_guardian", Seat.COURT),
}
"""By which kind of referral each joint measure is asked for, and of whom."""


EDUCATION = district_organisation(Seat.EDUCATION)


Ends = (
    AbsenceReported | LawfulAbsenceApproved | SuspicionLifted | ReturnedToSchool | DropoutStruckOff
)


def dropout_task(kind: str, case: UUID, suspicion: int) -> UUID:
    """The referral that a case's n-th suspicion (from 1) asks for, of a kind."""
    return derived_id("referral", kind, case, suspicion)


# What the absence itself waits for. Afterwards, from the log, as all of it: the receipt of whoever
# reports does not tell what was running.


@when(AbsenceReported, LawfulAbsenceApproved, SuspicionLifted, ReturnedToSchool, DropoutStruckOff)
def when_what_an_absence_waits_for_is_said_then_it_is_over(
    event: Ends, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The clock is met, the visit not needed any more; what is struck off, or approved, never was
    the dropout that it was to become."""
    meets = not isinstance(event, DropoutStruckOff | SuspicionLifted)
    ends = MeetDeadline if meets else CancelDeadline
    case = cause.originator_id
    return [
        WithdrawReferral(referral_id=dropout_task(VISIT, case, 0))
        if kind == VISIT
        else ends(subject_id=case, kind=kind)
        for kind in event.over
    ]


@when(AbsenceReported, LawfulAbsenceApproved)
def when_absence_is_reported_then_the_school_is_to_say_what_became_of_it(
    event: AbsenceReported | LawfulAbsenceApproved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 23: the cause of an unexplained absence is found. Each row answers the one before, and
    starts the clock anew while the pupil is away and nobody else has the case in hand; a lawful
    absence is asked about when it is over."""
    if event.verify_by is None or event.school is None:
        return []
    lawful = isinstance(event, LawfulAbsenceApproved) or event.lawful
    town = event.town if isinstance(event, AbsenceReported) else None
    rule = clock_of(lawful, event.until)
    clock = _clock(event, cause, VERIFY, event.school, town, event.verify_by, rule)
    # Of a sick child nobody coordinates anything: its clock does not tell that it is away.
    return [clock.model_copy(update={"lawful": True}) if lawful else clock]


@when(DropoutSuspected)
def when_dropout_is_suspected_then_it_is_one_after_its_days(
    event: DropoutSuspected, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Domain reference §3: the bureau's own clock, on the list of what is overdue from then on."""
    if event.dropout_at is None:
        return []
    return [_clock(event, cause, BECOMES, EDUCATION, event.town, event.dropout_at)]


def _clock(
    event: AbsenceReported | LawfulAbsenceApproved | DropoutSuspected,
    cause: Recorded,
    kind: str,
    owner: str,
    town: str | None,
    due_at: datetime,
    rule: str | None = None,
) -> SetDeadline:
    return SetDeadline(
        subject_id=cause.originator_id,
        kind=kind,
        child_ref=event.child_ref,
        matter=Category.SCHOOLING,
        owner=owner,
        town=town,
        due_at=due_at,
        rule=rule,
        anew=True,
    )


@when(DeadlineMissed)
def when_nobody_says_what_became_of_a_lawful_absence_then_it_is_unverified(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """休学期满, 病假期满: it comes back by itself, and stands on the list of what is overdue."""
    return [EndLawfulAbsence(case=event.subject_id)] if event.kind == VERIFY else []


@when(DeadlineMissed)
def when_a_suspected_absence_lasts_then_it_is_a_dropout(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Domain reference §3: 疑似辍学 becomes 辍学."""
    return [ConfirmDropout(case=event.subject_id)] if event.kind == BECOMES else []


@when(AbsenceReported)
def when_the_home_was_not_reached_then_the_village_visits(
    event: AbsenceReported, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Domain reference §3, day 2; 沪未保 23: once for an absence. Where the child's village is not
    known nobody is asked, until police trace."""
    if event.home_village is None or VISIT not in begun_by(event):
        return []
    case = cause.originator_id
    return [
        refer(
            cause,
            VISIT,
            village_organisation(event.home_village),
            case=case,
            sender=event.school,
            town=event.town,
            referral_id=dropout_task(VISIT, case, 0),
        )
    ]


@when(SeriousAbsenceNoted)
def when_absence_is_serious_then_the_bureau_orders_the_return(
    event: SeriousAbsenceNoted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 83, 沪未保 57: 责令送入学."""
    case = cause.originator_id
    return [
        refer(
            cause,
            ORDER,
            EDUCATION,
            case=case,
            sender=event.school,
            town=event.town,
            referral_id=dropout_task(ORDER, case, event.suspicion),
        )
    ]


@when(DropoutSuspected)
def when_dropout_suspected_then_trace_and_persuade(
    event: DropoutSuspected, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Plan 二4: education, police and civil affairs share; police trace, the town persuades,
    civil affairs coordinates. Where the child's town is unknown, the school's town acts."""
    town = event.town or places.town_of(event.school)
    case = cause.originator_id
    addressees = [
        (TRACE, places.police_station(town)),
        (COORDINATE, district_organisation(Seat.CIVIL_AFFAIRS)),
    ]
    if town is not None:
        addressees.insert(1, (PERSUADE, town_organisation(town)))
    return [
        refer(
            cause,
            kind,
            addressee,
            case=case,
            sender=event.school,
            town=town,
            referral_id=dropout_task(kind, case, event.suspicion),
        )
        for kind, addressee in addressees
    ]


@when(MeasureCalled)
def when_joint_measure_is_called_for_then_its_department_acts(
    event: MeasureCalled, cause: Recorded, places: Places
) -> Sequence[Command]:
    """联控联保 (domain reference §3): each by its own task, which the return does not end."""
    kind, seat = MEASURES[event.measure]
    case = cause.originator_id
    return [
        refer(
            cause,
            kind,
            district_organisation(seat),
            case=case,
            sender=cause.header.actor.organisation,
            town=event.town,
            referral_id=dropout_task(kind, case, 0),
        )
    ]


@when(PersuasionFailedRepeatedly)
def when_persuasion_fails_repeatedly_then_procuratorate_supervises(
    event: PersuasionFailedRepeatedly, cause: Recorded, places: Places
) -> Sequence[Command]:
    """家教法 49: the procuratorate may order a guardian to be supervised (督促监护令)."""
    return [
        refer(
            cause,
            "supervise_dropout",
            district_organisation(Seat.PROCURATORATE),
            case=cause.originator_id,
            sender=cause.header.actor.organisation,
            town=None,
        )
    ]


@when(ReturnedToSchool, DropoutStruckOff)
def when_pupil_is_back_then_tracing_and_persuading_are_over(
    event: ReturnedToSchool | DropoutStruckOff, cause: Recorded, places: Places
) -> Sequence[Command]:
    """动态销号 (教基厅函〔2024〕15号): nobody looks for or persuades a pupil who sits in class, and
    once it is struck off there is nothing to coordinate. What was answered stays as it is. From the
    log, where what a suspicion asks for is asked first and ended then."""
    back = isinstance(event, ReturnedToSchool)
    return _over(_WHILE_AWAY if back else _ASKED, cause.originator_id, event.suspicion)


@when(SuspicionLifted)
def when_suspicion_is_lifted_then_nobody_is_asked_any_more(
    event: SuspicionLifted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Lawfully absent (义务教育法 11), a child is no dropout (domain reference §3)."""
    return _over(_ASKED, cause.originator_id, event.suspicion)


def _over(kinds: Sequence[str], case: UUID, suspicion: int) -> list[Command]:
    if not suspicion:
        return []
    return [WithdrawReferral(referral_id=dropout_task(kind, case, suspicion)) for kind in kinds]
