"""The course of a mandatory report: 接报, the decision, 反馈, 结案; and its supervision.

The reporter hears twice: within the days that the clock gives, and at the end. A decision not to
file is supervised by the procuratorate, which may order that it be filed.
"""

from __future__ import annotations

from domain.kernel import Event, Given, Refused
from domain.organisations import HUB, POLICE_SEATS, Seat, district_organisation, seat_of
from domain.referral_checks import receiver_accepted
from domain.report_checks import in_hand, not_closed, not_yours, of_seats, police_only
from domain.report_codes import PoliceDecision, ReportState
from domain.report_commands import (
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    NoteHouseholdCheck,
    OrderFiling,
)
from domain.report_facts import (
    FilingOrdered,
    HouseholdChecked,
    MandatoryReportAccepted,
    MandatoryReportClosed,
    MandatoryReportDecided,
    ReporterFedBack,
)
from domain.report_injury import cared_for_first
from domain.report_state import MandatoryReport
from domain.rules import CLOSE_REPORT, FEEDBACK_FINAL


def accept(state: MandatoryReport, command: AcceptMandatoryReport, given: Given) -> list[Event]:
    """The decision on :class:`AcceptMandatoryReport`. Another organisation of the police that has
    a task of it accepts it as well (接报): what the first one did accepts nobody else's task."""
    police_only(state, given)
    by = given.actor.organisation
    if state.state is ReportState.CLOSED:
        return []
    if state.in_work and (by in state.accepted_by or not state.accepted_by):
        return []
    return [
        MandatoryReportAccepted(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            accepted_by=by,
            police_receipt=command.police_receipt,
        )
    ]


def decide(state: MandatoryReport, command: DecideMandatoryReport, given: Given) -> list[Event]:
    """The decision on :class:`DecideMandatoryReport`."""
    police_only(state, given)
    not_closed(state, "不能再登记处理决定")
    decision = command.decision
    if decision is PoliceDecision.TRANSFERRED:
        receiver_accepted(command.receiver, command.letter)
    not_filed = decision is PoliceDecision.NOT_FILED
    if not_filed and not (command.reason or "").strip():
        raise Refused("REPORT_REASON", "不立案须写明理由：检察院据此监督，报告单位据此知情。")
    if not_filed and state.filing_ordered:
        raise Refused(
            "REPORT_FILING_ORDERED",
            "检察院已通知立案，不能再作不立案决定；请登记立案，有异议的请向检察院书面提出。",
        )
    rules = given.rules
    return [
        MandatoryReportDecided(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            decided_by=given.actor.organisation,
            final_by=rules.due(rules.clocks[FEEDBACK_FINAL].within, given.now),
            close_by=rules.due(rules.clocks[CLOSE_REPORT].within, given.now),
            not_filed=state.not_filed + not_filed,
            **command.model_dump(exclude={"report_id"}),
        )
    ]


def note_household_check(
    state: MandatoryReport, command: NoteHouseholdCheck, given: Given
) -> list[Event]:
    """The decision on :class:`NoteHouseholdCheck`, also of one that is closed by then."""
    if given.actor.organisation != HUB or state.state is ReportState.NONE:
        raise not_yours()
    return [HouseholdChecked(**command.model_dump(exclude={"report_id"}))]


def feed_back(state: MandatoryReport, command: FeedBackToReporter, given: Given) -> list[Event]:
    """The decision on :class:`FeedBackToReporter`."""
    in_hand(state, given)
    not_closed(state, "不能再登记反馈")
    if command.final:
        _decided_by_police(state, given, "办结反馈应在登记处理决定之后")
    return [
        ReporterFedBack(
            reporter_unit=state.reporter_unit,
            told_to=state.reporter_unit,
            final=command.final or None,
            told=command.told,
        )
    ]


def close(state: MandatoryReport, command: CloseMandatoryReport, given: Given) -> list[Event]:
    """The decision on :class:`CloseMandatoryReport`."""
    in_hand(state, given)
    not_closed(state, "无需再次结案")
    if not state.told_end and not (command.unreachable or "").strip():
        raise Refused(
            "REPORT_NOT_FED_BACK",
            "尚未把办理结果告知报告单位，不能结案；请先登记反馈（办结反馈）。"
            "确实联系不上报告单位的，请写明原因。",
        )
    _decided_by_police(state, given, "不能结案")
    if not state.told_end and state.heard_here:
        raise Refused(
            "REPORT_NOT_FED_BACK",
            "报告单位在本平台上能收到反馈，不能以联系不上为由结案；请先登记办结反馈，反馈后才能结案。",
        )
    cared_for_first(state)
    undecided = state.decided is not None and state.decided_of < state.filings
    return [
        MandatoryReportClosed(
            reporter_unit=state.reporter_unit,
            filings=state.filings,
            # Of who cannot decide (the procuratorate) nobody's decision answers what came since.
            decision=None if undecided else state.decided,
            reason=command.reason,
            unreachable=command.unreachable,
        )
    ]


def _decided_by_police(state: MandatoryReport, given: Given, what: str) -> None:
    """Refuse the police ``what`` before they have decided on all that was reported. Who takes
    their place (the procuratorate) decides nothing."""
    if seat_of(given.actor.organisation) not in POLICE_SEATS or state.decided_of >= state.filings:
        return
    if state.decided is None:
        raise Refused("REPORT_NOT_DECIDED", f"尚未登记处理决定，{what}；请先登记处理决定。")
    raise Refused(
        "REPORT_FILED_SINCE",
        "作出处理决定后又收到补充报告或通知立案，不能按原决定办结；请阅看后登记处理决定。",
    )


def order_filing(state: MandatoryReport, command: OrderFiling, given: Given) -> list[Event]:
    """The decision on :class:`OrderFiling`."""
    of_seats(state, given, {Seat.PROCURATORATE})
    if state.filing_ordered:
        return []
    if state.decided is not PoliceDecision.NOT_FILED:
        raise Refused("REPORT_NOT_REFUSED", "该报告目前没有不立案决定，无需通知立案。")
    if not (command.reason or "").strip():
        raise Refused("REPORT_REASON", "通知立案须写明理由。")
    return [
        FilingOrdered(
            reporter_unit=state.reporter_unit,
            filing=state.filings + 1,
            not_filed=state.not_filed,
            ordered_of=state.decided_by or district_organisation(Seat.POLICE),
            town=state.town,
            reason=command.reason,
            document=command.document,
        )
    ]
