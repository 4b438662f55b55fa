"""A report's acts and its task are one loop: what the police record on the report is not clicked
once more on its task, and no clock of the task is missed by an act that was done in time.

Source: 强报意见 Arts 8, 10; domain reference §2.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.deadline import DeadlineState, deadline_id
from domain.deadline_stream import DEADLINE
from domain.kernel import Command, Refused
from domain.mandatory_report import (
    MANDATORY_REPORT,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    PoliceDecision,
    ReportState,
    report_task,
)
from domain.reactions.reports import (
    FEEDBACK,
    when_report_accepted_then_its_task_is_accepted,
    when_report_closed_then_its_task_is_answered,
    when_report_decided_then_the_clock_of_its_task_is_met,
)
from domain.referral import REFERRAL, AcceptReferral, OfferReferral, Referral, ReferralState
from domain.rules import ACCEPT, COMPLETE
from hub.answers import Referral as Task
from hub.bootstrap import Program
from hub.eventstore.codec import recorded_of
from tests.program import (
    OTHER_STATION,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    VILLAGE_CODE,
    actor,
    at,
    reader,
)


class Loop:
    """One report of a school, and its task."""

    def __init__(self, hub: Program, **cells: str) -> None:
        self.hub = hub
        self.told = {
            "seen": "（示例）瘀青",
            "place": VILLAGE_CODE,
            "reference": "示例1",
            **cells,
        }
        self.file()
        (fact,) = [f for f in hub.store.feed(0, 500) if f.topic == "report.filed.v1"]
        self.report = fact.stream

    def file(self, **more: str) -> None:
        answer = self.hub.intake.record(actor(SCHOOL), "report.mandatory", {**self.told, **more})
        assert answer.answer is not None
        assert self.hub.settle()

    def do(self, command: Command, by: str = STATION) -> None:
        self.hub.hub.command(command, actor(by))
        assert self.hub.settle()
        assert self.hub.reactor.refused() == []

    def accept(self, by: str = STATION) -> None:
        self.do(AcceptMandatoryReport(report_id=self.report), by)

    def decide(
        self, decision: PoliceDecision = PoliceDecision.ADMIN_CASE, by: str = STATION
    ) -> None:
        self.do(DecideMandatoryReport(report_id=self.report, decision=decision), by)

    def feed_back(self, by: str = STATION) -> None:
        self.do(FeedBackToReporter(report_id=self.report, told="（示例）已受案"), by)

    def close(self, by: str = STATION) -> None:
        self.do(CloseMandatoryReport(report_id=self.report), by)

    def state(self, filing: int = 1) -> ReferralState:
        task: Referral = self.hub.store.load(REFERRAL, report_task(self.report, filing)).state
        return task.state

    def clock(self, kind: str, filing: int = 1) -> DeadlineState:
        subject = report_task(self.report, filing)
        state: DeadlineState = self.hub.store.load(DEADLINE, deadline_id(subject, kind)).state.state
        return state

    def inbox(self, organisation: str = STATION) -> list[Task]:
        return list(self.hub.queries.inbox(reader(organisation)).items)

    def outcomes(self) -> list[str]:
        facts = self.hub.store.feed(0, 500)
        return [f.clear["outcome"] for f in facts if f.topic == "referral.completed.v1"]


@pytest.fixture
def loop(hub: Program) -> Loop:
    return Loop(hub)


def test_the_acceptance_of_a_report_is_that_of_its_task(loop: Loop) -> None:
    assert loop.state() is ReferralState.REQUESTED
    loop.accept()
    assert loop.state() is ReferralState.ACCEPTED
    assert (loop.clock(ACCEPT), loop.clock(COMPLETE)) == (DeadlineState.MET, DeadlineState.RUNNING)


def test_what_the_sub_bureau_does_accepts_no_task_of_a_station(loop: Loop) -> None:
    """Given a report that the station was sent / when the sub-bureau accepts it and decides / then
    nobody at the station has seen it: its clock runs until somebody there accepts the task."""
    loop.accept(by=POLICE)
    loop.decide(by=POLICE)
    assert (loop.state(), loop.clock(ACCEPT)) == (ReferralState.REQUESTED, DeadlineState.RUNNING)
    loop.do(AcceptReferral(referral_id=report_task(loop.report, 1)))
    assert (loop.state(), loop.clock(ACCEPT)) == (ReferralState.ACCEPTED, DeadlineState.MET)


def test_a_decision_in_time_meets_the_clock_and_leaves_the_task_in_hand(loop: Loop) -> None:
    """Given a report that is decided on the first day / when four days have gone by / then neither
    the clock nor the inbox says that it is late, and whoever has it can still tell the reporter."""
    loop.accept()
    loop.decide()
    assert (loop.state(), loop.clock(COMPLETE)) == (ReferralState.ACCEPTED, DeadlineState.MET)
    loop.feed_back()
    at(loop.hub, START + timedelta(days=4))
    assert loop.hub.settle()
    assert [each.overdue for each in loop.inbox()] == [False]
    assert loop.hub.queries.overdue(reader(STATION)).items == ()


def test_what_is_not_decided_in_time_is_late(loop: Loop) -> None:
    loop.accept()
    at(loop.hub, START + timedelta(days=4))
    assert loop.hub.settle()
    assert [each.overdue for each in loop.inbox()] == [True]
    late = {each.kind for each in loop.hub.queries.overdue(reader(STATION)).items}
    assert late == {COMPLETE, FEEDBACK}


@pytest.mark.parametrize("accepted", [True, False])
def test_the_end_of_a_report_answers_its_task_with_the_decision(loop: Loop, accepted: bool) -> None:
    if accepted:
        loop.accept()
    loop.decide()
    loop.feed_back()
    loop.close()
    assert loop.state() is ReferralState.COMPLETED
    assert loop.outcomes() == ["ADMIN_CASE"]
    assert (loop.clock(ACCEPT), loop.clock(COMPLETE)) == (DeadlineState.MET, DeadlineState.MET)
    assert loop.inbox() == []


def test_what_is_filed_once_more_is_accepted_decided_and_answered_with_it(loop: Loop) -> None:
    """After the decision as well: no task of it is answered by what was decided before it."""
    loop.accept()
    loop.decide()
    loop.file(seen="（示例）又见新伤")
    (shown,) = loop.hub.queries.reports(reader(STATION)).items
    assert shown.state == "REPORTED", "nothing was decided on what is new"
    loop.feed_back()
    with pytest.raises(Refused, match="REPORT_FILED_SINCE"):
        loop.close()
    assert loop.state(2) is ReferralState.REQUESTED
    loop.accept()
    assert loop.state(2) is ReferralState.ACCEPTED
    before = loop.hub.store.position
    loop.accept()
    assert loop.hub.store.position == before, "accepted already: nothing happens"
    loop.decide()
    report = loop.hub.store.load(MANDATORY_REPORT, loop.report).state
    assert report.state is ReportState.ADMIN_CASE
    loop.feed_back()
    loop.close()
    assert [loop.state(n) for n in (1, 2)] == [ReferralState.COMPLETED] * 2
    assert loop.outcomes() == ["ADMIN_CASE"] * 2


def test_a_report_that_ends_without_a_decision_leaves_no_task_behind(hub: Program) -> None:
    """Where the police are conflicted, the procuratorate tells the reporter and closes."""
    names = "、".join(hub.directory.organisation(each).name for each in (STATION, POLICE))
    loop = Loop(hub, suspect_unit=names)
    assert loop.inbox(PROCURATORATE)
    loop.feed_back(PROCURATORATE)
    loop.close(PROCURATORATE)
    assert loop.state() is ReferralState.CANCELLED


def test_the_feedback_is_owed_by_whoever_has_accepted_the_report(loop: Loop) -> None:
    loop.accept()
    task = report_task(loop.report, 1)
    feedback = deadline_id(loop.report, FEEDBACK)
    due = loop.hub.store.load(DEADLINE, feedback).state.due_at
    loop.do(OfferReferral(referral_id=task, to=OTHER_STATION))
    assert loop.hub.store.load(DEADLINE, feedback).state.about["owner"] == STATION
    loop.do(AcceptReferral(referral_id=task), OTHER_STATION)
    clock = loop.hub.store.load(DEADLINE, feedback).state
    assert (clock.about["owner"], clock.due_at) == (OTHER_STATION, due)
    loop.feed_back(OTHER_STATION)
    assert loop.hub.store.load(DEADLINE, feedback).state.state is DeadlineState.MET


def test_what_was_recorded_before_tasks_were_found_by_reports_has_no_task_to_answer(
    loop: Loop,
) -> None:
    for act in (loop.accept, loop.decide, loop.feed_back, loop.close):
        act()
    reactions = {
        "report.accepted.v1": when_report_accepted_then_its_task_is_accepted,
        "report.decided.v1": when_report_decided_then_the_clock_of_its_task_is_met,
        "report.closed.v1": when_report_closed_then_its_task_is_answered,
    }
    found = 0
    for fact in loop.hub.store.feed(0, 500):
        if (reaction := reactions.get(fact.topic)) is not None:
            cause = recorded_of(fact)
            assert reaction.then(cause.event, cause, loop.hub.hub.places)
            older = cause.event.model_copy(update={"filings": None})
            assert reaction.then(older, cause, loop.hub.hub.places) == []
            found += 1
    assert found == len(reactions)


def test_how_often_a_report_was_filed_is_in_no_view(loop: Loop) -> None:
    loop.accept()
    for organisation in (STATION, SCHOOL, POLICE, PROCURATORATE):
        for entry in loop.hub.queries.timeline(reader(organisation), str(loop.report)).items:
            assert not {"filing", "filings"} & set(entry.clear)
