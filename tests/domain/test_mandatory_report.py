"""The mandatory report (强制报告): 未保法 11(2); 强报意见 Arts 4, 8 and 10; domain reference §2."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from domain.child_file import CHILD_FILE, ChildFile, LinkReport, ReportLinked
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Category, Command, Event
from domain.mandatory_report import (
    HAND_OVER,
    MANDATORY_REPORT,
    REPORT_SITUATION,
    STATE_WORDS,
    AcceptMandatoryReport,
    AskForEvidence,
    AskWhoTreated,
    ClearSuspicion,
    CloseMandatoryReport,
    DecideMandatoryReport,
    EvidenceAsked,
    EvidenceHandedOver,
    EvidenceReceived,
    FeedBackToReporter,
    FileMandatoryReport,
    FilingOrdered,
    HandOverEvidence,
    HouseholdChecked,
    MandatoryReportAccepted,
    MandatoryReportClosed,
    MandatoryReportDecided,
    MandatoryReportFiled,
    MedicalCareStated,
    NameReportedChild,
    NoteHouseholdCheck,
    OnReport,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    ReportChannel,
    ReportedChildNamed,
    ReporterFedBack,
    ReportState,
    StateMedicalCare,
    StateSuspicion,
)
from domain.organisations import HUB, seat_of
from domain.reactions.loops import when_report_filed_then_the_police_of_the_beat_take_it
from domain.reactions.reports import (
    FEEDBACK,
    when_another_child_is_named_then_nobody_is_asked_about_the_first,
    when_evidence_is_asked_for_then_who_treated_the_child_hands_it_over,
    when_evidence_is_handed_over_then_its_asking_is_answered,
    when_it_is_known_where_the_child_was_treated_then_that_hospital_is_asked,
)
from domain.referral import CompleteReferral, RequestReferral, WithdrawReferral
from domain.registry import TOGETHER
from domain.report_codes import evidence_task
from domain.suspicion import FollowConflicts
from hub.policies import load_policies
from tests.domain.histories import COMMANDS
from tests.domain.invented import (
    CHILD,
    EVERY_SEAT,
    HOSPITAL,
    OTHER_CHILD,
    OTHER_STATION,
    OTHER_TOWN_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN_CODE,
    VILLAGE,
    VILLAGE_CODE,
)
from tests.domain.pools import OneStation
from tests.specification import Journal, as_recorded, circumstances, folded, given, happened
from tests.together import all_of

TODAY = date(2026, 3, 4)
NIGHT = datetime(2026, 3, 4, 15, 40, tzinfo=UTC)
"""Twenty to midnight in Shanghai."""
REPORT = UUID("f0000000-0000-4000-8000-000000000001")
RULES = load_policies().rules

report = FileMandatoryReport(
    report_id=REPORT,
    situations="MR4",
    seen="手臂多处瘀青",
    child_described="约八岁，女孩",
    place="310117001001",
    suspect="不详",
    reporter_name="测试乙",
    call_back="13000000000",
    unread='{"hurt": "好像"}',
    immediate_danger=True,
    town=TOWN_CODE,
    defects=("CHILD_MISSING",),
)
accept = AcceptMandatoryReport(report_id=REPORT, police_receipt="示接〔2026〕1号")
decide = DecideMandatoryReport(report_id=REPORT, decision=PoliceDecision.ADMIN_CASE, reason="理由")
name_child = NameReportedChild(report_id=REPORT, child_ref=CHILD)
feed_back = FeedBackToReporter(report_id=REPORT, told="孩子平安")
tell_the_end = FeedBackToReporter(report_id=REPORT, told="已处罚", final=True)
care = StateMedicalCare(report_id=REPORT, care="SENT", hospital="（示例）急诊", account="120接走")
hand = HandOverEvidence(report_id=REPORT, listed="（示例）病历1份")
receive = ReceiveEvidence(report_id=REPORT, hand_over=1, number="示收〔2026〕1号")
ask_hospital = AskForEvidence(report_id=REPORT, hospital=HOSPITAL)
order = OrderFiling(report_id=REPORT, reason="理由不能成立", document="示检通立〔2026〕1号")
close = CloseMandatoryReport(report_id=REPORT, reason="办结")


def filed(**changes: object) -> MandatoryReportFiled:
    where = circumstances(SCHOOL, TODAY)
    (event,) = MANDATORY_REPORT.decide[FileMandatoryReport](
        MANDATORY_REPORT.initial, report.model_copy(update=changes), where
    )
    assert isinstance(event, MandatoryReportFiled)
    return event


def decided(decision: PoliceDecision) -> MandatoryReportDecided:
    return MandatoryReportDecided(
        reporter_unit=SCHOOL,
        decision=decision,
        decided_by=STATION,
        not_filed=1 if decision is PoliceDecision.NOT_FILED else 0,
        reason=None,
    )


FILED = (filed(),)
ACCEPTED = (
    *FILED,
    MandatoryReportAccepted(reporter_unit=SCHOOL, accepted_by=STATION, police_receipt=None),
)
FED_BACK = (
    *ACCEPTED,
    decided(PoliceDecision.ADMIN_CASE),
    ReporterFedBack(reporter_unit=SCHOOL, told_to=SCHOOL, final=True, told=None),
)
DECIDED_FIRST = FED_BACK[:-1]
CLOSED = (*FED_BACK, MandatoryReportClosed(reporter_unit=SCHOOL, reason=None))
HISTORIES: dict[ReportState, tuple[Event, ...]] = {
    ReportState.NONE: (),
    ReportState.REPORTED: FILED,
    ReportState.ACCEPTED: ACCEPTED,
    **{ReportState(each): (*ACCEPTED, decided(each)) for each in PoliceDecision},
    ReportState.FED_BACK: FED_BACK,
    ReportState.CLOSED: CLOSED,
}


def state_after(*events: Event) -> ReportState:
    return folded(MANDATORY_REPORT, *events).state


def test_each_history_ends_in_its_state_and_each_state_has_a_word() -> None:
    assert set(HISTORIES) == set(ReportState)
    for state, history in HISTORIES.items():
        assert state_after(*history) is state
    assert set(STATE_WORDS) == set(ReportState) - {ReportState.NONE}


# 未保法 11(2): at once, by everybody, whatever is known


@pytest.mark.parametrize("state", ReportState)
@all_of("by", EVERY_SEAT)
def test_every_seat_reports_in_every_state_and_is_never_refused(
    by: str, state: ReportState
) -> None:
    """未保法 11(2): 国家机关、居委会、村委会、密切接触未成年人的单位及其工作人员 report at once."""
    assert FileMandatoryReport.STATES is None, "no matrix cell stands before it"
    given(*HISTORIES[state]).when(report, by=by, on=TODAY).then(
        happened(MandatoryReportFiled, reporter_unit=by)
    )


def test_a_report_of_nothing_at_all_is_a_report() -> None:
    """强报意见 Art 4: what is suspected is reported too; the rest is the receiver's to find out."""
    bare = FileMandatoryReport(report_id=REPORT)
    given().when(bare, by=SCHOOL, on=TODAY).then(happened(MandatoryReportFiled, situations=None))


@settings(max_examples=60, deadline=None)
@drawn(COMMANDS[FileMandatoryReport], st.sampled_from(ReportState), st.sampled_from(EVERY_SEAT))
def test_whatever_is_written_is_taken_as_it_stands(
    command: FileMandatoryReport, state: ReportState, by: str
) -> None:
    (event,) = (
        given(*HISTORIES[state])
        .when(command, by=by, on=TODAY)
        .then(happened(MandatoryReportFiled, reporter_unit=by))
    )
    for name, value in command.model_dump(exclude={"report_id", "known_child"}).items():
        assert getattr(event, name) == value, name


def test_a_child_from_the_reporters_own_list_is_named_with_the_report() -> None:
    """And only by who answers for it: else a report would be tied to a child on nobody's word."""
    known = FileMandatoryReport(report_id=REPORT, known_child=CHILD)
    file = ChildFile(opened=True, town=TOWN_CODE, village=VILLAGE_CODE)
    filed = given().when(known, by=VILLAGE, on=TODAY, child=file)
    _, named = filed.then(happened(MandatoryReportFiled), happened(ReportedChildNamed, named=CHILD))
    again = given(*HISTORIES[ReportState.REPORTED], named)
    again.when(known, by=VILLAGE, on=TODAY, child=file).then(happened(MandatoryReportFiled))
    for by, child in ((SCHOOL, file), (VILLAGE, ChildFile()), (VILLAGE, None)):
        given().when(known, by=by, on=TODAY, child=child).then(happened(MandatoryReportFiled))


def test_art_4_has_nine_situations() -> None:
    """强报意见 Art 4: 九种情形, and no tenth."""
    assert list(REPORT_SITUATION.labels) == [f"MR{n}" for n in range(1, 10)]


def test_who_reported_is_sealed_apart_from_what_was_seen() -> None:
    """反家暴法 14: the reporter's identity is kept secret; it has a key of its own."""
    marks = MandatoryReportFiled.SENSITIVE
    reporter = {name for name, mark in marks.items() if mark.category is Category.REPORTER}
    assert reporter == {"reporter_name", "call_back", "unit_named"}
    assert {mark.category for mark in marks.values()} == {Category.REPORTER, Category.HARM}
    assert not any(mark.flag for mark in marks.values())
    assert MandatoryReportFiled.CATEGORY is Category.HARM


def test_a_report_stands_in_an_order_and_under_a_key_of_its_own() -> None:
    """Nothing about any child ever holds it back, and it needs no child to be sealed."""
    assert MANDATORY_REPORT.locate(report, lambda _: None) == REPORT
    assert MANDATORY_REPORT.ordering_key(name_child, REPORT) == REPORT
    for event in (*CLOSED, ReportedChildNamed(named=CHILD)):
        assert event.subject is None, event


# Sent again


@pytest.mark.parametrize("state", [s for s in ReportState if s is not ReportState.NONE])
def test_a_report_sent_again_is_filed_again_and_keeps_who_reported_first(
    state: ReportState,
) -> None:
    more = report.model_copy(update={"seen": "额头也有伤"})
    history = HISTORIES[state]
    events = given(*history).when(more, by=STATION, on=TODAY).then(happened(MandatoryReportFiled))
    after = folded(MANDATORY_REPORT, *history, *events)
    assert after.reporter_unit == SCHOOL
    if state in (*PoliceDecision, ReportState.FED_BACK, ReportState.CLOSED):
        assert after.state is ReportState.REPORTED, "to be decided, and its reporter to hear, too"
    else:
        assert after.state is state


@pytest.mark.parametrize("before", [DECIDED_FIRST, FED_BACK, CLOSED], ids=len)
def test_what_is_reported_after_the_decision_is_not_answered_by_it(
    before: tuple[Event, ...],
) -> None:
    """Given a report on which the police decided / when it is sent again and the reporter hears /
    then it is closed once they have decided on that as well, and not before: neither is the
    reporter told of any end, nor is it closed for want of a reporter."""
    history = (*before, filed())
    for early in (tell_the_end, close.model_copy(update={"unreachable": "无人接听"})):
        refused = given(*history).when(early, by=STATION, on=TODAY)
        assert "补充报告" in refused.then_refused("REPORT_FILED_SINCE").text
    for then in (decide, tell_the_end, close):
        events = given(*history).when(then, by=STATION, on=TODAY).events
        assert events, then
        history += events
    last = history[-1]
    assert isinstance(last, MandatoryReportClosed)
    assert (last.filings, last.decision) == (2, PoliceDecision.ADMIN_CASE)


def test_who_cannot_decide_closes_what_was_reported_since_without_a_decision() -> None:
    """The procuratorate, where the police are conflicted: no earlier decision answers it."""
    told = ReporterFedBack(reporter_unit=SCHOOL, told_to=SCHOOL, final=True, told=None)
    history = (*FED_BACK, filed(), told)
    given(*history).when(close, by=PROCURATORATE, on=TODAY).then(
        happened(MandatoryReportClosed, filings=2, decision=None)
    )


def test_a_report_sent_again_keeps_the_child_that_was_found() -> None:
    named = ReportedChildNamed(named=CHILD)
    assert folded(MANDATORY_REPORT, *CLOSED, named, filed()).child_ref == CHILD


# 强报意见 Art 8: the police receive it at once, and decide

NOT_YOURS = "REPORT_NOT_YOURS"
CLOSED_ALREADY = "REPORT_CLOSED"
NOT_YET = "REPORT_NOT_FED_BACK"
NOT_DECIDED = "REPORT_NOT_DECIDED"
NOT_REFUSED = "REPORT_NOT_REFUSED"
close_unheard = CloseMandatoryReport(report_id=REPORT, unreachable="（示例）电话停机")
DECIDED = tuple(ReportState(each) for each in PoliceDecision)
_OPEN = (ReportState.REPORTED, ReportState.ACCEPTED, *DECIDED, ReportState.FED_BACK)

ACTS: dict[OnReport, dict[ReportState, type[Event] | str | None]] = {
    accept: {
        ReportState.REPORTED: MandatoryReportAccepted,
        # Accepted once by whom it was: what is asked again changes nothing.
        **dict.fromkeys((ReportState.ACCEPTED, *DECIDED, ReportState.FED_BACK), None),
        ReportState.CLOSED: None,
    },
    decide: {
        **dict.fromkeys(_OPEN, MandatoryReportDecided),
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    name_child: dict.fromkeys((*_OPEN, ReportState.CLOSED), ReportedChildNamed),
    feed_back: {
        **dict.fromkeys(_OPEN, ReporterFedBack),
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    tell_the_end: {
        **dict.fromkeys((ReportState.REPORTED, ReportState.ACCEPTED), NOT_DECIDED),
        **dict.fromkeys((*DECIDED, ReportState.FED_BACK), ReporterFedBack),
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    close: {
        **dict.fromkeys(_OPEN, NOT_YET),
        ReportState.FED_BACK: MandatoryReportClosed,
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    close_unheard: {
        **dict.fromkeys((ReportState.REPORTED, ReportState.ACCEPTED), NOT_DECIDED),
        # Its reporter hears through the hub; where that is not so, below.
        **dict.fromkeys(DECIDED, NOT_YET),
        ReportState.FED_BACK: MandatoryReportClosed,
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    care: {
        **dict.fromkeys(_OPEN, MedicalCareStated),
        ReportState.CLOSED: CLOSED_ALREADY,
    },
    ask_hospital: dict.fromkeys((*_OPEN, ReportState.CLOSED), "EVIDENCE_CHILD"),
    receive: dict.fromkeys((*_OPEN, ReportState.CLOSED), "EVIDENCE_UNKNOWN"),
    order: {
        **dict.fromkeys((*_OPEN, ReportState.CLOSED), NOT_REFUSED),
        ReportState.NOT_FILED: FilingOrdered,
    },
}
"""What each act comes to in each state: an event, a refusal's code, or nothing. By the police, but
the last, which is the procuratorate's."""

LEADS_TO: dict[type[Event], ReportState | None] = {
    MandatoryReportAccepted: ReportState.ACCEPTED,
    MandatoryReportDecided: ReportState.ADMIN_CASE,
    ReportedChildNamed: None,
    ReporterFedBack: ReportState.FED_BACK,
    MandatoryReportClosed: ReportState.CLOSED,
    MedicalCareStated: None,
    FilingOrdered: ReportState.REPORTED,
}


def test_every_act_of_the_police_is_in_the_table() -> None:
    assert {type(act) for act in ACTS} == set(MANDATORY_REPORT.decide) - {
        FileMandatoryReport,
        # Of whoever filed it: below.
        HandOverEvidence,
        # Of whoever has it in hand: tests/domain/test_suspicion.py.
        StateSuspicion,
        ClearSuspicion,
        # By the hub alone: the same.
        FollowConflicts,
        # The same: below.
        NoteHouseholdCheck,
        AskWhoTreated,
    }
    for cells in ACTS.values():
        assert {*cells, ReportState.NONE} == set(ReportState)


@all_of("by", EVERY_SEAT)
@pytest.mark.parametrize("state", ReportState)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_each_act_in_each_state_by_each_seat(act: OnReport, state: ReportState, by: str) -> None:
    """强报意见 Art 8: 公安机关 accept, ask and decide, and nobody for them. The procuratorate names
    the child, tells the reporter and closes, where it has the report in hand. To everybody else a
    report that is there reads like one that is not."""
    history = HISTORIES[state]
    outcome = given(*history).when(act, by=by, on=TODAY)
    theirs = {POLICE, STATION} if act in (accept, decide) else {POLICE, STATION, PROCURATORATE}
    if by not in ({PROCURATORATE} if act is order else theirs) or state is ReportState.NONE:
        refused = outcome.then_refused(NOT_YOURS)
        assert "110" in refused.text
        return
    expected = ACTS[act][state]
    if act is accept and by == POLICE and state not in (ReportState.REPORTED, ReportState.CLOSED):
        # What the station has accepted the sub-bureau has not: it has tasks of its own.
        expected = MandatoryReportAccepted
    if by == PROCURATORATE and expected == NOT_DECIDED:
        # It decides nothing: it tells the reporter, and closes.
        expected = ReporterFedBack if act is tell_the_end else NOT_YET
    if expected is None:
        outcome.then_nothing()
    elif isinstance(expected, str):
        outcome.then_refused(expected)
    else:
        events = outcome.then(happened(expected))
        leads_to = LEADS_TO[expected]
        if expected is MandatoryReportAccepted and state is not ReportState.REPORTED:
            leads_to = None
        assert state_after(*history, *events) is (leads_to or state)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_who_acts_must_have_the_report_in_hand(act: OnReport) -> None:
    """But the procuratorate, which supervises every report and has none of them for it."""
    assert type(act).STATES is Category.HARM
    assert type(act).IN_TASK is (act is not order)
    assert act.subject == REPORT, "a scope is opened on the report, the child being unknown"


@pytest.mark.parametrize("decision", PoliceDecision)
def test_art_8_the_decision_is_one_of_four_and_can_be_decided_anew(
    decision: PoliceDecision,
) -> None:
    told: dict[str, object] = {"decision": decision, "reason": "（示例）理由"}
    if decision is PoliceDecision.TRANSFERRED:
        told |= {"receiver": "外区公安分局", "letter": "签收〔2026〕7号"}
    command = decide.model_copy(update=told)
    for history in (ACCEPTED, FED_BACK):
        events = (
            given(*history)
            .when(command, by=STATION, on=TODAY)
            .then(happened(MandatoryReportDecided, decision=decision, reporter_unit=SCHOOL))
        )
        assert state_after(*history, *events) is ReportState(decision)


def test_the_child_is_named_once_and_another_one_when_it_was_the_wrong_one() -> None:
    named = ReportedChildNamed(named=CHILD)
    given(*FILED, named).when(name_child, by=STATION, on=TODAY).then_nothing()
    other = name_child.model_copy(update={"child_ref": OTHER_CHILD})
    given(*FILED, named).when(other, by=STATION, on=TODAY).then(
        ReportedChildNamed(named=OTHER_CHILD, instead_of=CHILD)
    )


# 强报意见 Art 10: the reporter hears back


def test_art_10_the_unit_that_reported_is_told_within_three_days() -> None:
    (event,) = given().when(report, by=SCHOOL, on=NIGHT).then(happened(MandatoryReportFiled))
    assert isinstance(event, MandatoryReportFiled)
    term = RULES.clocks["feedback"]
    assert (term.within.amount, term.within.unit) == (3, "days")
    assert event.feedback_by == RULES.due(term.within, NIGHT)
    assert timedelta(days=3) <= event.feedback_by - NIGHT <= timedelta(days=4)


def test_art_10_it_is_told_again_before_the_case_moves_on() -> None:
    given(*FED_BACK).when(feed_back, by=STATION, on=TODAY).then(
        happened(ReporterFedBack, told_to=SCHOOL, told="孩子平安")
    )


def test_art_10_no_report_is_closed_before_its_reporter_has_heard() -> None:
    """未保法 11(3): how it was decided is told in the end, and a word in between is not that."""
    decided_, told = (
        decided(PoliceDecision.NOT_FILED),
        ReporterFedBack(reporter_unit=SCHOOL, told_to=SCHOOL, told=None),
    )
    for history in ((*ACCEPTED, decided_), (*ACCEPTED, decided_, told), (*ACCEPTED, told)):
        given(*history).when(close, by=STATION, on=TODAY).then_refused(NOT_YET)


CALLED_IN = (filed(channel=ReportChannel.CALL_110), *ACCEPTED[1:])
"""By somebody who hears nothing through the hub."""


def test_a_report_whose_reporter_cannot_be_reached_is_closed_with_the_reason() -> None:
    given(*CALLED_IN).when(close_unheard, by=STATION, on=TODAY).then_refused(NOT_DECIDED)
    history = (*CALLED_IN, decided(PoliceDecision.NOT_FILED))
    blank = close_unheard.model_copy(update={"unreachable": "  "})
    given(*history).when(blank, by=STATION, on=TODAY).then_refused(NOT_YET)
    given(*history).when(close_unheard, by=STATION, on=TODAY).then(
        happened(MandatoryReportClosed, unreachable="（示例）电话停机")
    )


@pytest.mark.parametrize("channel", [None, *ReportChannel])
def test_an_organisation_of_the_hub_can_be_reached(channel: ReportChannel | None) -> None:
    """Given a report that a school filed here / when whoever has it says that the school cannot be
    reached / then it is not closed: the school hears through the hub. Also where somebody called
    first; what the police add themselves changes nothing."""
    decision = decided(PoliceDecision.NOT_FILED)
    here = channel in (None, ReportChannel.HUB)
    for before in ((), CALLED_IN):
        history = (*before, filed(channel=channel), decision)
        outcome = given(*history).when(close_unheard, by=STATION, on=TODAY)
        if here:
            assert "反馈后才能结案" in outcome.then_refused(NOT_YET).text
        else:
            outcome.then(happened(MandatoryReportClosed))
    of_police = filed().model_copy(update={"reporter_unit": STATION})
    for more in (of_police, filed(unit_named="（示例）某宾馆")):
        given(*CALLED_IN, more, decision).when(close_unheard, by=STATION, on=TODAY).then(
            happened(MandatoryReportClosed)
        )


def test_what_is_decided_anew_is_told_anew_before_it_ends() -> None:
    history = (*FED_BACK, decided(PoliceDecision.CRIMINAL_FILED))
    given(*history).when(close, by=STATION, on=TODAY).then_refused(NOT_YET)


# 沪未保 76(2): a child that is hurt is cared for first

HURT = (filed(hurt=True), *DECIDED_FIRST[1:], FED_BACK[-1])


def test_of_a_hurt_child_it_is_said_by_when_it_is_cared_for() -> None:
    assert filed().medical_by is None
    event = filed(hurt=True)
    within = RULES.clocks["medical_first"].within
    assert event.medical_by == RULES.due(within, circumstances(SCHOOL, TODAY).now)
    assert RULES.clocks["medical_first"].runs_on


def test_the_report_of_a_hurt_child_does_not_end_before_it_is_cared_for() -> None:
    """Given a report of a hurt child that is decided and told / when it is to be closed / then that
    is refused until somebody states that the child is cared for, and again once it is reported to
    be hurt anew."""
    for end in (close, close_unheard):
        refused = given(*HURT).when(end, by=STATION, on=TODAY).then_refused("REPORT_MEDICAL_FIRST")
        assert "先送医" in refused.text
    stated = given(*HURT).when(care, by=STATION, on=TODAY).events
    given(*HURT, *stated).when(close, by=STATION, on=TODAY).then(happened(MandatoryReportClosed))
    again = (*HURT, *stated, filed(hurt=True), *DECIDED_FIRST[1:], FED_BACK[-1])
    given(*again[:-2], decided(PoliceDecision.ADMIN_CASE), FED_BACK[-1]).when(
        close, by=STATION, on=TODAY
    ).then_refused("REPORT_MEDICAL_FIRST")


def test_that_nobody_has_seen_the_child_is_no_care() -> None:
    unseen = care.model_copy(update={"care": "NOT_SEEN"})
    given(*HURT).when(unseen, by=STATION, on=TODAY).then_refused("MEDICAL_CARE")


# 强报意见 Arts 6-7: who reported hands over what it keeps


@all_of("by", EVERY_SEAT)
@pytest.mark.parametrize("state", ReportState)
def test_who_reported_hands_over_what_it_keeps_in_every_state(by: str, state: ReportState) -> None:
    outcome = given(*HISTORIES[state]).when(hand, by=by, on=TODAY)
    if by == SCHOOL and state is not ReportState.NONE:
        outcome.then(happened(EvidenceHandedOver, handed_by=SCHOOL, hand_over=1))
    else:
        outcome.then_refused(NOT_YOURS)


def test_what_is_handed_over_is_listed_and_received_with_a_number_once() -> None:
    blank = hand.model_copy(update={"listed": " "})
    given(*ACCEPTED).when(blank, by=SCHOOL, on=TODAY).then_refused("EVIDENCE_LIST")
    history: tuple[Event, ...] = ACCEPTED
    for number in (1, 2):
        events = given(*history).when(hand, by=SCHOOL, on=TODAY)
        history += events.then(happened(EvidenceHandedOver, hand_over=number, held_by=STATION))
    bare = receive.model_copy(update={"number": None})
    given(*history).when(bare, by=STATION, on=TODAY).then_refused("EVIDENCE_NUMBER")
    for number, outstanding in ((2, 1), (1, 0)):
        act = receive.model_copy(update={"hand_over": number})
        history += (
            given(*history)
            .when(act, by=STATION, on=TODAY)
            .then(happened(EvidenceReceived, told_to=SCHOOL, outstanding=outstanding))
        )
        given(*history).when(act, by=STATION, on=TODAY).then_nothing()
    third = receive.model_copy(update={"hand_over": 3})
    given(*history).when(third, by=STATION, on=TODAY).then_refused("EVIDENCE_UNKNOWN")


# 强报意见 Art 8: each of the police accepts its own task


def test_who_has_a_task_of_it_accepts_it_though_another_one_did() -> None:
    """Given a report that the sub-bureau accepted / when the station accepts it / then that is
    recorded as well, once: its own task was accepted by nobody."""
    events = (
        given(*ACCEPTED)
        .when(accept, by=POLICE, on=TODAY)
        .then(happened(MandatoryReportAccepted, accepted_by=POLICE))
    )
    for by in (POLICE, STATION):
        given(*ACCEPTED, *events).when(accept, by=by, on=TODAY).then_nothing()


# 强报意见 Art 11, 刑事诉讼法 113: a decision not to file is supervised


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_not_to_file_needs_a_reason(reason: str | None) -> None:
    bare = DecideMandatoryReport(report_id=REPORT, decision=PoliceDecision.NOT_FILED, reason=reason)
    refused = given(*ACCEPTED).when(bare, by=STATION, on=TODAY).then_refused("REPORT_REASON")
    assert "理由" in refused.text
    filed_ = bare.model_copy(update={"decision": PoliceDecision.CRIMINAL_FILED})
    given(*ACCEPTED).when(filed_, by=STATION, on=TODAY).then(happened(MandatoryReportDecided))


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_ordered_to_be_filed_is_open_again_and_cannot_be_refused_again(
    closed: bool,
) -> None:
    """Given a report that was not filed (and closed) / when the procuratorate orders that it be
    filed / then it is to be accepted and decided as if it had been filed once more, the police
    cannot decide again not to, and it ends when its reporter has heard of that."""
    not_filed = decided(PoliceDecision.NOT_FILED)
    ended = (
        ReporterFedBack(reporter_unit=SCHOOL, told_to=SCHOOL, final=True, told=None),
        MandatoryReportClosed(reporter_unit=SCHOOL, reason=None),
    )
    history = (*ACCEPTED, not_filed, *(ended if closed else ()))
    history += (
        given(*history)
        .when(order, by=PROCURATORATE, on=TODAY)
        .then(happened(FilingOrdered, filing=2, not_filed=1, ordered_of=STATION))
    )
    given(*history).when(order, by=PROCURATORATE, on=TODAY).then_nothing()
    again = decide.model_copy(update={"decision": PoliceDecision.NOT_FILED})
    given(*history).when(again, by=STATION, on=TODAY).then_refused("REPORT_FILING_ORDERED")
    given(*history).when(close_unheard, by=STATION, on=TODAY).then_refused("REPORT_FILED_SINCE")
    now_filed = decide.model_copy(update={"decision": PoliceDecision.CRIMINAL_FILED})
    for act in (accept, now_filed, tell_the_end, close):
        events = given(*history).when(act, by=STATION, on=TODAY).events
        assert events, act
        history += events
    assert state_after(*history) is ReportState.CLOSED


def test_an_order_to_file_names_its_reason() -> None:
    bare = order.model_copy(update={"reason": " "})
    given(*ACCEPTED, decided(PoliceDecision.NOT_FILED)).when(
        bare, by=PROCURATORATE, on=TODAY
    ).then_refused("REPORT_REASON")


# What follows


class Map:
    """Two towns with a station each; the sub-bureau answers where no town is known."""

    def police_station(self, town: str | None) -> str:
        return {TOWN_CODE: STATION, OTHER_TOWN_CODE: OTHER_STATION}.get(town or "", POLICE)

    def town_of(self, organisation: str) -> str | None:
        return {SCHOOL: TOWN_CODE}.get(organisation)


def handed_to(town: str | None, by: str = SCHOOL) -> RequestReferral:
    event = filed(town=town).model_copy(update={"reporter_unit": by})
    cause = as_recorded(event, REPORT, 1, circumstances(by, TODAY))
    then = when_report_filed_then_the_police_of_the_beat_take_it.then
    (command,) = then(event, cause, Map())
    assert isinstance(command, RequestReferral)
    return command


def test_art_8_the_police_of_the_beat_take_it() -> None:
    assert handed_to(OTHER_TOWN_CODE).addressee == OTHER_STATION
    assert handed_to(None).addressee == STATION, "no place: the beat of the reporting unit"
    assert handed_to(None, by="hospital:31011700009").addressee == POLICE


@pytest.mark.parametrize("immediate", [True, False])
def test_the_referral_says_whether_somebody_is_in_danger_now(immediate: bool) -> None:
    event = filed(town=TOWN_CODE).model_copy(update={"immediate_danger": immediate})
    cause = as_recorded(event, REPORT, 1, circumstances(SCHOOL, TODAY))
    then = when_report_filed_then_the_police_of_the_beat_take_it.then
    (command,) = then(event, cause, Map())
    assert isinstance(command, RequestReferral)
    assert command.immediate_danger is immediate


def test_the_referral_waits_for_nothing_but_the_report_and_names_no_reporting_unit() -> None:
    command = handed_to(TOWN_CODE)
    assert (command.kind, command.child_ref, command.case_id) == ("handle_report", REPORT, REPORT)
    assert command.sender == HUB, "a unit's list of what it sent would tell that somebody reported"
    row = RULES.referral_kind("handle_report")
    assert {Category.HARM, Category.REPORTER} == set(row.release)
    assert set(row.outcomes) == {each.value for each in PoliceDecision}
    assert (row.accept_within.amount, row.accept_within.unit) == (1, "hours")


def test_the_clock_runs_from_the_report_to_the_feedback() -> None:
    journal = Journal(places=Map(), together=TOGETHER)
    steps: list[tuple[Command, str]] = [(report, SCHOOL), (accept, STATION), (decide, STATION)]
    for command, by in steps:
        journal.carry_out(command, by=by, on=TODAY)
    clock = deadline_id(REPORT, FEEDBACK)
    running = journal.states(DEADLINE)(clock)
    assert running.state is DeadlineState.RUNNING
    assert running.about is not None
    assert (running.about["owner"], running.about["child_ref"]) == (STATION, REPORT)
    journal.carry_out(report, by=SCHOOL, on=TODAY)
    assert journal.states(DEADLINE)(clock) == running
    journal.carry_out(feed_back, by=STATION, on=TODAY)
    assert journal.states(DEADLINE)(clock).state is DeadlineState.MET


def test_art_10_a_report_sent_again_after_the_feedback_is_owed_one_of_its_own() -> None:
    journal = Journal(places=Map(), together=TOGETHER)
    clock = deadline_id(REPORT, FEEDBACK)
    for command, by in ((report, SCHOOL), (decide, STATION), (feed_back, STATION)):
        journal.carry_out(command, by=by, on=TODAY)
    met = journal.states(DEADLINE)(clock)
    journal.carry_out(report, by=SCHOOL, on=TODAY + timedelta(days=30))
    running = journal.states(DEADLINE)(clock)
    assert running.state is DeadlineState.RUNNING
    assert met.due_at is not None
    assert running.due_at is not None
    assert running.due_at - met.due_at >= timedelta(days=28)


def test_the_file_of_the_child_that_is_found_holds_the_report_once() -> None:
    journal = Journal(places=Map(), together=TOGETHER)
    for command, by in ((report, SCHOOL), (name_child, STATION), (name_child, STATION)):
        journal.carry_out(command, by=by, on=TODAY)
    assert journal.states(CHILD_FILE)(CHILD).reports == {REPORT}
    linked = ReportLinked(child_ref=CHILD, report_id=REPORT)
    given(linked).when(
        LinkReport(child_ref=CHILD, report_id=REPORT), by=HUB, on=TODAY
    ).then_nothing()
    assert linked.category is Category.HARM


@all_of("by", [*EVERY_SEAT, HUB])
@pytest.mark.parametrize("state", ReportState)
def test_what_was_found_of_the_household_is_noted_by_the_hub_alone_in_every_state(
    state: ReportState, by: str
) -> None:
    """Also once it is closed: a sister who was found in danger is never told to nobody."""
    noted = NoteHouseholdCheck(
        report_id=REPORT, kind="check_household", outcome="PROTECTED", checked_by=STATION
    )
    outcome = given(*HISTORIES[state]).when(noted, by=by, on=TODAY)
    if by != HUB or state is ReportState.NONE:
        outcome.then_refused("REPORT_NOT_YOURS")
        return
    outcome.then(
        happened(HouseholdChecked, kind="check_household", outcome="PROTECTED", checked_by=STATION)
    )


NAMED = ReportedChildNamed(named=CHILD)


def asked_for(*history: Event) -> EvidenceAsked:
    (event,) = given(*history).when(ask_hospital, by=STATION, on=TODAY).events
    assert isinstance(event, EvidenceAsked)
    return event


def test_who_treated_the_child_is_asked_for_what_it_keeps_by_a_task_with_a_clock() -> None:
    """强报意见 Arts 6–7: given a hospital that did not report / when whoever has the report asks it
    / then it has a task, of the child alone; what it hands over answers that, and is received."""
    history: tuple[Event, ...] = (*ACCEPTED, NAMED)
    given(*history).when(hand, by=HOSPITAL, on=TODAY).then_refused(NOT_YOURS)
    asking = asked_for(*history)
    assert (asking.named, asking.asked_of, asking.asked_by, asking.ask) == (
        CHILD,
        HOSPITAL,
        STATION,
        1,
    )
    cause = as_recorded(asking, REPORT, 4, circumstances(STATION, TODAY))
    (task,) = when_evidence_is_asked_for_then_who_treated_the_child_hands_it_over.then(
        asking, cause, OneStation()
    )
    assert isinstance(task, RequestReferral)
    assert (task.kind, task.child_ref, task.sender, task.addressee) == (
        HAND_OVER,
        CHILD,
        STATION,
        HOSPITAL,
    )
    kind = RULES.referral_kind(HAND_OVER)
    assert kind.runs_on
    assert kind.release == (Category.WHO,)
    history = (*history, asking)
    given(*history).when(ask_hospital, by=STATION, on=TODAY).then_refused("EVIDENCE_ASKED")
    (handed,) = given(*history).when(hand, by=HOSPITAL, on=TODAY).events
    assert isinstance(handed, EvidenceHandedOver)
    assert handed.answers == (1,)
    assert "listed" in EvidenceHandedOver.SENSITIVE
    recorded = as_recorded(handed, REPORT, 5, circumstances(HOSPITAL, TODAY))
    (done,) = when_evidence_is_handed_over_then_its_asking_is_answered.then(
        handed, recorded, OneStation()
    )
    assert done == CompleteReferral(referral_id=task.referral_id, outcome="HANDED_OVER")
    after = (*history, handed)
    received = given(*after).when(receive, by=STATION, on=TODAY)
    received.then(happened(EvidenceReceived, told_to=HOSPITAL))
    # Asked once more, it is another task.
    assert asked_for(*after).ask == 2


ask_by_itself = AskWhoTreated(report_id=REPORT)


def treated(**changes: object) -> MedicalCareStated:
    told = care.model_copy(update={"treated_at": HOSPITAL, **changes})
    (event,) = given(*ACCEPTED).when(told, by=STATION, on=TODAY).events
    assert isinstance(event, MedicalCareStated)
    return event


@pytest.mark.parametrize("first", ["the care", "the child"])
def test_the_hospital_that_treated_the_child_is_asked_by_itself(first: str) -> None:
    """强报意见 Arts 6–7: given a report of which it is stated where the child was treated and who
    it is, in either order / then that hospital is asked for what it keeps, once, in the name of
    whoever has the report in hand, and nobody has to remember it."""
    told = (treated(), NAMED) if first == "the care" else (NAMED, treated())
    react = when_it_is_known_where_the_child_was_treated_then_that_hospital_is_asked
    for each in told:
        cause = as_recorded(each, REPORT, 4, circumstances(STATION, TODAY))
        assert react.then(each, cause, OneStation()) == [ask_by_itself]
    outcome = given(*ACCEPTED, *told).when(ask_by_itself, by=HUB, on=TODAY)
    outcome.then(happened(EvidenceAsked, asked_of=HOSPITAL, named=CHILD, asked_by=STATION, ask=1))
    again = given(*ACCEPTED, *told, *outcome.events).when(ask_by_itself, by=HUB, on=TODAY)
    again.then_nothing()


def test_until_the_child_is_known_no_hospital_is_asked() -> None:
    given(*ACCEPTED, treated()).when(ask_by_itself, by=HUB, on=TODAY).then_nothing()


def test_a_hospital_that_reported_hands_over_by_itself_and_is_not_asked() -> None:
    ours = filed().model_copy(update={"reporter_unit": HOSPITAL})
    given(ours, *ACCEPTED[1:], NAMED, treated()).when(
        ask_by_itself, by=HUB, on=TODAY
    ).then_nothing()


@pytest.mark.parametrize(
    "told",
    [
        {"care": "NOT_NEEDED"},
        {"treated_at": None},
        {"treated_at": SCHOOL},
        {"treated_at": "王小明 13800000001"},
    ],
)
def test_where_no_hospital_of_the_hub_treated_the_child_the_care_stands_and_nobody_is_asked(
    told: dict[str, str | None],
) -> None:
    event = treated(**told)
    assert event.treated_at is None
    given(*ACCEPTED, NAMED, event).when(ask_by_itself, by=HUB, on=TODAY).then_nothing()


def test_who_was_asked_for_another_childs_records_is_asked_for_the_right_ones() -> None:
    """Given a child that was named by mistake, of whom a hospital was asked / when the right one is
    named / then the hospital is asked once more, of that one."""
    other = NAMED.model_copy(update={"named": OTHER_CHILD, "instead_of": CHILD})
    history = (*ACCEPTED, NAMED, asked_for(*ACCEPTED, NAMED), other)
    outcome = given(*history).when(ask_by_itself, by=HUB, on=TODAY)
    outcome.then(happened(EvidenceAsked, asked_of=HOSPITAL, named=OTHER_CHILD, ask=2))


def test_nobody_is_asked_any_more_about_a_child_that_was_named_by_mistake() -> None:
    history = (*ACCEPTED, NAMED, asked_for(*ACCEPTED, NAMED))
    right = NameReportedChild(report_id=REPORT, child_ref=OTHER_CHILD)
    (event,) = given(*history).when(right, by=STATION, on=TODAY).events
    assert isinstance(event, ReportedChildNamed)
    assert event.asks_ended == (1,)
    cause = as_recorded(event, REPORT, 5, circumstances(STATION, TODAY))
    react = when_another_child_is_named_then_nobody_is_asked_about_the_first
    assert react.then(event, cause, OneStation()) == [
        WithdrawReferral(referral_id=evidence_task(REPORT, 1))
    ]
    (first,) = given(*ACCEPTED).when(name_child, by=STATION, on=TODAY).events
    assert isinstance(first, ReportedChildNamed)
    assert react.then(first, cause, OneStation()) == []


@pytest.mark.parametrize("by", EVERY_SEAT)
def test_the_hub_alone_asks_by_itself(by: str) -> None:
    given(*ACCEPTED, NAMED, treated()).when(ask_by_itself, by=by, on=TODAY).then_refused(NOT_YOURS)


def test_nobody_but_a_hospital_or_its_commission_is_asked() -> None:
    for other in EVERY_SEAT:
        wrong = ask_hospital.model_copy(update={"hospital": other})
        outcome = given(*ACCEPTED, NAMED).when(wrong, by=STATION, on=TODAY)
        if seat_of(other) in RULES.referral_kind(HAND_OVER).seats:
            outcome.then(happened(EvidenceAsked, asked_of=other))
        else:
            outcome.then_refused("EVIDENCE_HOSPITAL")
