"""The mandatory report (强制报告): never gated, followed until its reporter hears back.

Who works with children and finds, or suspects, one of nine situations reports at once (未保法
11(2); 强报意见 Arts 3–4). 110 comes first; this is the record of it and never a condition for
it: a report waits for no search, match, consent, approval or ID number, and whatever is wrong
with it is the receiving officer's task, not the reporter's.

It may start with the child unknown. Its stream's own id orders it and seals it, always, so that
nothing else ever holds it back; the child that is found later is named by an event.
"""

from __future__ import annotations

from datetime import datetime

from domain.kernel import Event, Given, Stream
from domain.report_codes import HAND_OVER as HAND_OVER
from domain.report_codes import HANDLE_REPORT as HANDLE_REPORT
from domain.report_codes import MEDICAL_CARE as MEDICAL_CARE
from domain.report_codes import REPORT_CHANNEL as REPORT_CHANNEL
from domain.report_codes import REPORT_SITUATION as REPORT_SITUATION
from domain.report_codes import STATE_WORDS as STATE_WORDS
from domain.report_codes import SUPERVISE_NOT_FILED as SUPERVISE_NOT_FILED
from domain.report_codes import PoliceDecision as PoliceDecision
from domain.report_codes import ReportChannel as ReportChannel
from domain.report_codes import ReportState as ReportState
from domain.report_codes import evidence_task as evidence_task
from domain.report_codes import report_task as report_task
from domain.report_codes import supervision_task as supervision_task
from domain.report_commands import AcceptMandatoryReport as AcceptMandatoryReport
from domain.report_commands import AskForEvidence as AskForEvidence
from domain.report_commands import AskWhoTreated as AskWhoTreated
from domain.report_commands import ClearSuspicion as ClearSuspicion
from domain.report_commands import CloseMandatoryReport as CloseMandatoryReport
from domain.report_commands import DecideMandatoryReport as DecideMandatoryReport
from domain.report_commands import FeedBackToReporter as FeedBackToReporter
from domain.report_commands import FileMandatoryReport as FileMandatoryReport
from domain.report_commands import HandOverEvidence as HandOverEvidence
from domain.report_commands import NameReportedChild as NameReportedChild
from domain.report_commands import NoteHouseholdCheck as NoteHouseholdCheck
from domain.report_commands import OnReport as OnReport
from domain.report_commands import OrderFiling as OrderFiling
from domain.report_commands import ReceiveEvidence as ReceiveEvidence
from domain.report_commands import StateMedicalCare as StateMedicalCare
from domain.report_commands import StateSuspicion as StateSuspicion
from domain.report_course import (
    accept,
    close,
    decide,
    feed_back,
    note_household_check,
    order_filing,
)
from domain.report_facts import EvidenceAsked as EvidenceAsked
from domain.report_facts import EvidenceHandedOver as EvidenceHandedOver
from domain.report_facts import EvidenceReceived as EvidenceReceived
from domain.report_facts import FilingOrdered as FilingOrdered
from domain.report_facts import HouseholdChecked as HouseholdChecked
from domain.report_facts import MandatoryReportAccepted as MandatoryReportAccepted
from domain.report_facts import MandatoryReportClosed as MandatoryReportClosed
from domain.report_facts import MandatoryReportDecided as MandatoryReportDecided
from domain.report_facts import MandatoryReportFiled as MandatoryReportFiled
from domain.report_facts import MedicalCareStated as MedicalCareStated
from domain.report_facts import ReportedChildNamed as ReportedChildNamed
from domain.report_facts import ReporterFedBack as ReporterFedBack
from domain.report_injury import (
    ask_for_evidence,
    ask_who_treated,
    hand_over,
    receive,
    state_medical_care,
)
from domain.report_state import EVOLVE, filed, for_another_unit
from domain.report_state import MandatoryReport as MandatoryReport
from domain.report_suspicion import (
    by_others,
    clear_suspicion,
    follow_conflicts,
    name_child,
    named,
    state_suspicion,
)
from domain.rules import FEEDBACK, MEDICAL_FIRST, Rules
from domain.standing import Standing, Stands
from domain.suspicion import SUSPECT_RELATION, FollowConflicts


def _file(state: MandatoryReport, command: FileMandatoryReport, given: Given) -> list[Event]:
    """Whatever is sent is taken. A report sent again is filed again under its own number: what
    was added since is worth more than a list without repeats."""
    rules: Rules = given.rules
    suspects = rules.suspects
    reporter = given.actor.organisation
    for_another = state.for_another or for_another_unit(command.channel, command.unit_named)
    defects = set(command.defects)
    own_staff = command.suspect_relation in suspects.own_unit_relations
    if own_staff and for_another and not command.conflicted_organisations:
        # Whose staff it is has to be found out: who wrote it down is not the one.
        defects.add("SUSPECT_UNIT_UNKNOWN")
    stated = {
        "report_id",
        "known_child",
        "guardian_suspected",
        "conflicted_organisations",
        "defects",
    }
    event = MandatoryReportFiled(
        **command.model_dump(exclude=stated),
        defects=tuple(sorted(defects)),
        reporter_unit=reporter,
        filing=state.filings + 1,
        feedback_by=rules.due(rules.clocks[FEEDBACK].within, given.now),
        medical_by=_medical_by(rules, given) if command.hurt else None,
        guardian_suspected=command.guardian_suspected
        or command.suspect_relation in suspects.guardian_relations,
        conflicted_organisations=suspects.conflicted(
            command.suspect_relation,
            command.conflicted_organisations,
            None if for_another else reporter,
        ),
    )
    child = command.known_child
    if child is None or not _answers_for(given):
        child = state.child_ref
    after = filed(state, event)
    if child is None or (child == state.child_ref and after.suspicion == state.suspicion):
        return [event]
    by_file = state.by_file
    if given.child is not None and child == (command.known_child or state.child_ref):
        by_file = by_others(command.report_id, given.child)
    return [event, named(after, child, by_file)]


def _medical_by(rules: Rules, given: Given) -> datetime:
    return rules.due(rules.clocks[MEDICAL_FIRST].within, given.now)


def _answers_for(given: Given) -> bool:
    """Whether the reporter is responsible for the child it names: what anybody else gives as a
    child's file would tie a report to a child on nobody's word."""
    return given.child is not None and given.actor.organisation in given.child.responsible


MANDATORY_REPORT: Stream[MandatoryReport] = Stream(
    name="report",
    initial=MandatoryReport(),
    decide={
        FileMandatoryReport: _file,
        AcceptMandatoryReport: accept,
        DecideMandatoryReport: decide,
        NameReportedChild: name_child,
        FollowConflicts: follow_conflicts,
        StateSuspicion: state_suspicion,
        ClearSuspicion: clear_suspicion,
        FeedBackToReporter: feed_back,
        CloseMandatoryReport: close,
        OrderFiling: order_filing,
        NoteHouseholdCheck: note_household_check,
        StateMedicalCare: state_medical_care,
        AskForEvidence: ask_for_evidence,
        AskWhoTreated: ask_who_treated,
        HandOverEvidence: hand_over,
        ReceiveEvidence: receive,
    },
    evolve=EVOLVE,
    locate=lambda command, load: command.report_id,
    codes={
        "situations": REPORT_SITUATION,
        "channel": REPORT_CHANNEL,
        "care": MEDICAL_CARE,
        "suspect_relation": SUSPECT_RELATION,
        "relation": SUSPECT_RELATION,
    },
    ordering_key=lambda command, stream_id: stream_id,
    by_itself=True,
    stands=lambda state, rules: (
        [] if state.state is ReportState.CLOSED else [Standing(Stands.REPORT_IN_WORK)]
    ),
)
