"""Together with a mandatory report's own events: its clock, and its place in the child's file."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.child_file import LinkReport
from domain.deadline import CancelDeadline, HandOnDeadline, MeetDeadline, SetDeadline
from domain.kernel import Category, Command, Recorded
from domain.mandatory_report import (
    HAND_OVER,
    HANDLE_REPORT,
    AskWhoTreated,
    EvidenceAsked,
    EvidenceHandedOver,
    EvidenceReceived,
    MandatoryReportAccepted,
    MandatoryReportClosed,
    MandatoryReportDecided,
    MandatoryReportFiled,
    MedicalCareStated,
    ReportedChildNamed,
    ReporterFedBack,
    evidence_task,
    report_task,
)
from domain.reactions.kernel import Places, when
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    ReferralMoved,
    RequestReferral,
    WithdrawReferral,
)
from domain.rules import (
    CLOSE_REPORT,
    COMPLETE,
    EVIDENCE_RECEIPT,
    FEEDBACK_FINAL,
    MEDICAL_FIRST,
)
from domain.rules import FEEDBACK as FEEDBACK
from domain.suspicion import (
    ConflictsFollowed,
    NoteSuspicion,
    SuspicionCleared,
    SuspicionStated,
)

REPORT_CLOCKS = (MEDICAL_FIRST, FEEDBACK, FEEDBACK_FINAL, EVIDENCE_RECEIPT, CLOSE_REPORT)
"""Clocks of the report itself, of whoever has it in hand."""


@when(MandatoryReportFiled, at_once=True)
def when_report_filed_then_care_and_feedback_are_owed(
    event: MandatoryReportFiled, cause: Recorded, places: Places
) -> Sequence[Command]:
    """沪未保 76(2): a child that is hurt is cared for first. 强报意见 Art 10: the reporting unit
    hears back, and once more when it reports again afterwards. The clocks are whose beat it is."""
    town = event.town or places.town_of(event.reporter_unit)
    due = ((MEDICAL_FIRST, event.medical_by), (FEEDBACK, event.feedback_by))
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=kind,
            child_ref=cause.originator_id,
            matter=Category.HARM,
            owner=places.police_station(town),
            town=town,
            due_at=due_at,
            anew=True,
            avoid=event.conflicted_organisations,
        )
        for kind, due_at in due
        if due_at is not None
    ]


@when(MandatoryReportFiled, ReportedChildNamed, SuspicionStated, ConflictsFollowed)
def when_somebody_is_conflicted_then_the_clocks_are_the_next_ones(
    event: MandatoryReportFiled | ReportedChildNamed | SuspicionStated | ConflictsFollowed,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """Afterwards, so that whoever says so learns nothing of whose it was. A report that is filed
    again says nothing of who was conflicted before."""
    report = cause.originator_id
    return [
        HandOnDeadline(subject_id=report, kind=kind, child_ref=report) for kind in REPORT_CLOCKS
    ]


@when(ReferralMoved)
def when_a_report_moves_then_its_clocks_move_with_it(
    event: ReferralMoved, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Who has accepted it (移交) owes the reporter the answer, and the end, by the same day; of two
    that have tasks of one report, only what the one owed that gave its task away."""
    if event.kind != HANDLE_REPORT:
        return []
    report = event.child_ref
    return [
        HandOnDeadline(
            subject_id=report,
            kind=kind,
            child_ref=report,
            to=event.addressee,
            former=event.former,
        )
        for kind in REPORT_CLOCKS
    ]


@when(MandatoryReportAccepted)
def when_report_accepted_then_its_task_is_accepted(
    event: MandatoryReportAccepted, cause: Recorded, places: Places
) -> Sequence[Command]:
    """接报 is the acceptance of its task as well: nobody clicks twice. Nothing happens to a task
    that was accepted before, or is over, nor to one that another organisation has: there nobody has
    seen it yet, and its clock runs until somebody accepts the task."""
    by = cause.header.actor.organisation
    return [AcceptReferral(referral_id=each, by=by) for each in _tasks(cause, event.filings)]


@when(MandatoryReportDecided)
def when_report_decided_then_the_clock_of_its_task_is_met(
    event: MandatoryReportDecided, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The decision (受案、立案、移送、不立案) is what its task was to bring about. The task itself
    stays open until the report is closed: the child has to be found and the reporter to hear, by
    whoever has it in hand. Whoever decides has accepted its own task, and nobody else's."""
    by = cause.header.actor.organisation
    return [
        command
        for each in _tasks(cause, event.filings)
        for command in (
            AcceptReferral(referral_id=each, by=by),
            MeetDeadline(subject_id=each, kind=COMPLETE),
        )
    ]


@when(MandatoryReportClosed)
def when_report_closed_then_its_task_is_answered(
    event: MandatoryReportClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """With the decision as its outcome, and with it what was filed once more since. A report that
    was closed without any (by the procuratorate, where the police are conflicted) leaves no task
    behind."""
    if event.decision is None:
        return [WithdrawReferral(referral_id=each) for each in _tasks(cause, event.filings)]
    return [
        CompleteReferral(referral_id=each, outcome=event.decision.value)
        for each in _tasks(cause, event.filings)
    ]


def _tasks(cause: Recorded, filings: int | None) -> list[UUID]:
    """The tasks of so many filings; none of what was recorded before they were found by it."""
    return [report_task(cause.originator_id, n) for n in range(1, (filings or 0) + 1)]


@when(ReporterFedBack, at_once=True)
def when_reporter_fed_back_then_feedback_is_met(
    event: ReporterFedBack, cause: Recorded, places: Places
) -> Sequence[Command]:
    kinds = (FEEDBACK, FEEDBACK_FINAL) if event.final else (FEEDBACK,)
    return [MeetDeadline(subject_id=cause.originator_id, kind=kind) for kind in kinds]


@when(MedicalCareStated, at_once=True)
def when_the_child_is_cared_for_then_that_is_met(
    event: MedicalCareStated, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [MeetDeadline(subject_id=cause.originator_id, kind=MEDICAL_FIRST)]


@when(ReportedChildNamed)
def when_another_child_is_named_then_nobody_is_asked_about_the_first(
    event: ReportedChildNamed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """A hospital that was asked for the records of a child that was named by mistake has no
    business with it. Afterwards, in the order of the log: what was asked for a moment ago ends too.
    """
    report = cause.originator_id
    return [WithdrawReferral(referral_id=evidence_task(report, n)) for n in event.asks_ended or ()]


@when(MedicalCareStated, ReportedChildNamed)
def when_it_is_known_where_the_child_was_treated_then_that_hospital_is_asked(
    event: MedicalCareStated | ReportedChildNamed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """强报意见 Arts 6–7: nobody has to remember it. Once the child is known, too: the hospital
    looks its records up by who it is."""
    return [AskWhoTreated(report_id=cause.originator_id)]


@when(EvidenceAsked)
def when_evidence_is_asked_for_then_who_treated_the_child_hands_it_over(
    event: EvidenceAsked, cause: Recorded, places: Places
) -> Sequence[Command]:
    """强报意见 Arts 6–7. A matter of the child's, which is all that who treated it is told;
    afterwards, so that who asks learns nothing of whether that one is conflicted."""
    report = cause.originator_id
    return [
        RequestReferral(
            referral_id=evidence_task(report, event.ask),
            child_ref=event.named,
            case_id=report,
            kind=HAND_OVER,
            sender=event.asked_by,
            addressee=event.asked_of,
            town=event.town,
        )
    ]


@when(EvidenceHandedOver)
def when_evidence_is_handed_over_then_its_asking_is_answered(
    event: EvidenceHandedOver, cause: Recorded, places: Places
) -> Sequence[Command]:
    return [
        CompleteReferral(referral_id=evidence_task(cause.originator_id, ask), outcome="HANDED_OVER")
        for ask in event.answers or ()
    ]


@when(EvidenceHandedOver)
def when_evidence_is_handed_over_then_its_receipt_is_owed(
    event: EvidenceHandedOver, cause: Recorded, places: Places
) -> Sequence[Command]:
    """强报意见 Arts 6–7. By who accepted the report, else by whose beat it is; by the next one
    where that one is conflicted. Afterwards, so that who hands over learns nothing of that."""
    report = cause.originator_id
    town = event.town or places.town_of(event.handed_by)
    return [
        SetDeadline(
            subject_id=report,
            kind=EVIDENCE_RECEIPT,
            child_ref=report,
            matter=Category.HARM,
            owner=event.held_by or places.police_station(town),
            town=town,
            due_at=event.receive_by,
            started_at=cause.header.recorded_at,
            anew=True,
        ),
        HandOnDeadline(subject_id=report, kind=EVIDENCE_RECEIPT, child_ref=report),
    ]


@when(EvidenceReceived, at_once=True)
def when_all_evidence_is_received_then_that_is_met(
    event: EvidenceReceived, cause: Recorded, places: Places
) -> Sequence[Command]:
    if event.outstanding:
        return []
    return [MeetDeadline(subject_id=cause.originator_id, kind=EVIDENCE_RECEIPT)]


@when(MandatoryReportDecided, at_once=True)
def when_report_decided_then_its_end_is_owed(
    event: MandatoryReportDecided, cause: Recorded, places: Places
) -> Sequence[Command]:
    """未保法 11(3): the reporter is told how it ended; and a report that is decided does not lie
    open for ever. Whoever decided owes both."""
    if event.decided_by is None:
        return []
    due = ((FEEDBACK_FINAL, event.final_by), (CLOSE_REPORT, event.close_by))
    return [
        SetDeadline(
            subject_id=cause.originator_id,
            kind=kind,
            child_ref=cause.originator_id,
            matter=Category.HARM,
            owner=event.decided_by,
            town=places.town_of(event.decided_by),
            due_at=due_at,
            anew=True,
        )
        for kind, due_at in due
        if due_at is not None
    ]


@when(MandatoryReportClosed, at_once=True)
def when_report_closed_then_nothing_of_it_is_owed(
    event: MandatoryReportClosed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """Where nobody could be reached, nobody is told any more."""
    report = cause.originator_id
    return [
        MeetDeadline(subject_id=report, kind=CLOSE_REPORT),
        *(
            CancelDeadline(subject_id=report, kind=kind)
            for kind in (MEDICAL_FIRST, FEEDBACK, FEEDBACK_FINAL)
        ),
    ]


@when(ReportedChildNamed, at_once=True)
def when_reported_child_named_then_the_file_holds_the_report(
    event: ReportedChildNamed, cause: Recorded, places: Places
) -> Sequence[Command]:
    """The child is found later and the report adopted by its file."""
    return [LinkReport(child_ref=event.named, report_id=cause.originator_id)]


@when(ReportedChildNamed, SuspicionStated, SuspicionCleared, at_once=True)
def when_suspicion_changes_then_the_file_knows(
    event: ReportedChildNamed | SuspicionStated | SuspicionCleared,
    cause: Recorded,
    places: Places,
) -> Sequence[Command]:
    """In the same append: no moment in which a suspected guardian could be asked, or a conflicted
    organisation told. Who was named by mistake has nothing to do with it any more."""
    source = cause.originator_id
    found: list[Command] = []
    if isinstance(event, ReportedChildNamed) and event.instead_of is not None:
        found.append(NoteSuspicion(child_ref=event.instead_of, source=source))
    if event.named is not None:
        found.append(
            NoteSuspicion(
                child_ref=event.named,
                source=source,
                guardian_is_suspect=event.guardian_is_suspect,
                conflicted_organisations=event.conflicted_organisations,
            )
        )
    return found
