"""What a dropout case (控辍保学) opens at others, what ends of it by itself, and its clock."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.deadline import CancelDeadline, DeadlineMissed, MeetDeadline, SetDeadline
from domain.dropout_absence import clock_of
from domain.dropout_events import (
    AbsenceReported,
    DropoutStruckOff,
    DropoutSuspected,
    EndLawfulAbsence,
    LawfulAbsenceApproved,
    PersuasionFailedRepeatedly,
    ReturnedToSchool,
    SuspicionLifted,
)
from domain.kernel import Category, Command, Recorded, derived_id
from domain.organisations import Seat, district_organisation, town_organisation
from domain.reactions.kernel import Places, refer, when
from domain.referral import WithdrawReferral

TRACE = "trace_dropout"
PERSUADE = "persuade_dropout"
COORDINATE = "coordinate_dropout"
_ASKED = (TRACE, PERSUADE, COORDINATE)


VERIFY = "verify_absence"
"""The clock by which a school says what became of an absence."""


def dropout_task(kind: str, case: UUID, suspicion: int) -> UUID:
    """The referral that a case's n-th suspicion (from 1) asks for, of a kind."""
    return derived_id("referral", kind, case, suspicion)


@when(AbsenceReported, LawfulAbsenceApproved)
def when_absence_is_reported_then_the_school_is_to_say_what_became_of_it(
    event: AbsenceReported | LawfulAbsenceApproved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 23: the cause of an unexplained absence is found. Each row answers the one before, and
    starts the clock anew while the pupil is away and nobody else has the case in hand; a lawful
    absence is asked about when it is over. Afterwards: whether a clock starts tells whether the hub
    knows the child as another school's pupil, and a receipt counts what was recorded with it."""
    lawful = isinstance(event, LawfulAbsenceApproved) or event.lawful
    if isinstance(event, AbsenceReported) and not event.of_own_pupil:
        return []
    answered = MeetDeadline(subject_id=cause.originator_id, kind=VERIFY)
    if event.verify_by is None or event.school is None:
        return [answered]
    return [
        answered,
        SetDeadline(
            subject_id=cause.originator_id,
            kind=VERIFY,
            child_ref=event.child_ref,
            matter=Category.SCHOOLING,
            owner=event.school,
            town=getattr(event, "town", None),
            due_at=event.verify_by,
            rule=clock_of(lawful, event.until),
            anew=True,
        ),
    ]


@when(ReturnedToSchool, DropoutStruckOff)
def when_pupil_is_back_or_struck_off_then_nothing_is_to_be_said_any_more(
    event: ReturnedToSchool | DropoutStruckOff, cause: Recorded, places: Places
) -> Sequence[Command]:
    ends = MeetDeadline if isinstance(event, ReturnedToSchool) else CancelDeadline
    return [ends(subject_id=cause.originator_id, kind=VERIFY)]


@when(DeadlineMissed)
def when_nobody_says_what_became_of_a_lawful_absence_then_it_is_unverified(
    event: DeadlineMissed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """休学期满, 病假期满: it comes back by itself, and stands on the list of what is overdue."""
    return [EndLawfulAbsence(case=event.subject_id)] if event.kind == VERIFY else []


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
    return _over((TRACE, PERSUADE) if back else _ASKED, cause.originator_id, event.suspicion)


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
