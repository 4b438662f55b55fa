"""A report's acts and its task are one loop: what the police record on the report is not clicked
once more on its task, and no clock of the task is missed by an act that was done in time.

Source: 强报意见 Arts 8, 10; domain reference §2.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.intake.intake import REPORT
from domain.deadline import DeadlineState, deadline_id
from domain.deadline_state import Deadline
from domain.deadline_stream import DEADLINE
from domain.kernel import Actor, Command, Refused
from domain.mandatory_report import (
    HAND_OVER,
    MANDATORY_REPORT,
    AcceptMandatoryReport,
    CloseMandatoryReport,
    DecideMandatoryReport,
    FeedBackToReporter,
    HandOverEvidence,
    OrderFiling,
    PoliceDecision,
    ReceiveEvidence,
    ReportState,
    StateMedicalCare,
    report_task,
    supervision_task,
)
from domain.organisations import Organisation, Post
from domain.reactions.reports import (
    FEEDBACK,
    when_report_accepted_then_its_task_is_accepted,
    when_report_closed_then_its_task_is_answered,
    when_report_decided_then_the_clock_of_its_task_is_met,
)
from domain.referral import (
    REFERRAL,
    AcceptReferral,
    CompleteReferral,
    OfferReferral,
    Referral,
    ReferralState,
)
from domain.rules import (
    ACCEPT,
    CLOSE_REPORT,
    COMPLETE,
    EVIDENCE_RECEIPT,
    FEEDBACK_FINAL,
    MEDICAL_FIRST,
)
from hub.answers import Referral as Task
from hub.bootstrap import Program
from hub.eventstore.codec import recorded_of
from tests.program import (
    OTHER_STATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    VILLAGE,
    VILLAGE_CODE,
    absent,
    actor,
    at,
    pupil,
    reader,
    send,
)

HOSPITAL = "hospital:310117"


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
        reason = "（示例）理由"
        command = DecideMandatoryReport(report_id=self.report, decision=decision, reason=reason)
        self.do(command, by)

    def feed_back(self, by: str = STATION, *, final: bool = True) -> None:
        told = FeedBackToReporter(report_id=self.report, told="（示例）已受案", final=final)
        self.do(told, by)

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
    loop.feed_back(final=False)
    with pytest.raises(Refused, match="REPORT_NOT_FED_BACK"):
        loop.close()
    with pytest.raises(Refused, match="REPORT_FILED_SINCE"):
        loop.feed_back()
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
    loop.feed_back(OTHER_STATION, final=False)
    assert loop.hub.store.load(DEADLINE, feedback).state.state is DeadlineState.MET


# 未保法 11(3), 强报意见 Art 10: the reporter hears at the end, and the report ends


def clock(loop: Loop, kind: str) -> Deadline:
    found: Deadline = loop.hub.store.load(DEADLINE, deadline_id(loop.report, kind)).state
    return found


def test_who_decided_owes_the_reporter_the_end_and_the_report_its_own(loop: Loop) -> None:
    """Given a report that is decided and told in time / when nobody tells how it ended, nor closes
    it / then both are late, by whoever decided."""
    loop.accept()
    loop.decide()
    loop.feed_back(final=False)
    for kind in (FEEDBACK_FINAL, CLOSE_REPORT):
        assert (clock(loop, kind).state, clock(loop, kind).owner) == (
            DeadlineState.RUNNING,
            STATION,
        )
    at(loop.hub, START + timedelta(days=70))
    assert loop.hub.settle()
    late = {each.kind for each in loop.hub.queries.overdue(reader(STATION)).items}
    assert late == {FEEDBACK_FINAL, CLOSE_REPORT}
    loop.feed_back()
    loop.close()
    assert loop.hub.queries.overdue(reader(STATION)).items == ()
    assert {clock(loop, kind).state for kind in (FEEDBACK_FINAL, CLOSE_REPORT)} == {
        DeadlineState.MET
    }


def test_where_nobody_can_be_reached_nobody_is_told_any_more(hub: Program) -> None:
    loop = Loop(hub, channel="110")
    loop.accept()
    loop.decide()
    loop.do(CloseMandatoryReport(report_id=loop.report, unreachable="（示例）停机"))
    states = [clock(loop, kind).state for kind in (FEEDBACK, FEEDBACK_FINAL, CLOSE_REPORT)]
    assert states == [DeadlineState.CANCELLED, DeadlineState.CANCELLED, DeadlineState.MET]


def test_what_two_stations_have_moves_with_the_task_of_whose_clocks_they_are(loop: Loop) -> None:
    """Given a report of which two stations have a task / when the second gives its own away / then
    the first, which has the report in hand, owes what it owed; and when it gives away its own, that
    goes with it."""
    loop.accept()
    loop.file(place=OTHER_VILLAGE_CODE, seen="（示例）又见新伤")
    loop.decide()
    loop.do(AcceptReferral(referral_id=report_task(loop.report, 2)), OTHER_STATION)
    for station, number, owner in ((OTHER_STATION, 2, STATION), (STATION, 1, POLICE)):
        task = report_task(loop.report, number)
        loop.do(OfferReferral(referral_id=task, to=POLICE), station)
        loop.do(AcceptReferral(referral_id=task), POLICE)
        kept = {clock(loop, kind).owner for kind in (FEEDBACK, FEEDBACK_FINAL, CLOSE_REPORT)}
        assert kept == {owner}


def test_each_of_the_police_accepts_its_own_task(loop: Loop) -> None:
    """Given a report that the sub-bureau accepted first / when the station accepts the report /
    then its task is accepted by that: nobody has to click on the task besides."""
    loop.accept(by=POLICE)
    assert loop.state() is ReferralState.REQUESTED
    loop.accept()
    assert (loop.state(), loop.clock(ACCEPT)) == (ReferralState.ACCEPTED, DeadlineState.MET)


# 强报意见 Art 11, 刑事诉讼法 113: the procuratorate supervises


def supervision(loop: Loop, ordinal: int = 1) -> Referral:
    found: Referral = loop.hub.store.load(REFERRAL, supervision_task(loop.report, ordinal)).state
    return found


def test_a_decision_not_to_file_is_a_task_of_the_procuratorate(loop: Loop) -> None:
    loop.accept()
    loop.decide(PoliceDecision.NOT_FILED)
    (task,) = loop.inbox(PROCURATORATE)
    assert (task.kind, task.state) == ("supervise_not_filed", "requested")
    at(loop.hub, START + timedelta(days=9))
    assert loop.hub.settle()
    late = {each.kind for each in loop.hub.queries.overdue(reader(PROCURATORATE)).items}
    assert late >= {ACCEPT, COMPLETE}, "a supervision that nobody does is late as everything is"


def test_what_is_filed_after_all_leaves_nothing_to_supervise(loop: Loop) -> None:
    loop.accept()
    loop.decide(PoliceDecision.NOT_FILED)
    loop.decide(PoliceDecision.CRIMINAL_FILED)
    assert supervision(loop).state is ReferralState.CANCELLED
    loop.decide(PoliceDecision.NOT_FILED)
    assert supervision(loop, 2).state is ReferralState.REQUESTED


def test_an_order_to_file_is_a_task_of_who_decided_and_answers_the_supervision(
    loop: Loop,
) -> None:
    loop.accept()
    loop.decide(PoliceDecision.NOT_FILED)
    loop.feed_back()
    loop.close()
    task = supervision_task(loop.report, 1)
    loop.do(AcceptReferral(referral_id=task), PROCURATORATE)
    with pytest.raises(Refused, match="REFERRAL_RECORD_FIRST"):
        # The police would hear of it from nobody.
        loop.do(CompleteReferral(referral_id=task, outcome="FILING_ORDERED"), PROCURATORATE)
    loop.do(OrderFiling(report_id=loop.report, reason="（示例）理由不成立"), PROCURATORATE)
    assert supervision(loop).state is ReferralState.COMPLETED
    assert [each.kind for each in loop.inbox()] == ["handle_report"]
    (shown,) = loop.hub.queries.reports(reader(STATION), feedback_owed=True).items
    assert (shown.state, shown.feedback_overdue) == ("REPORTED", False)
    loop.accept()
    loop.decide(PoliceDecision.CRIMINAL_FILED)
    loop.feed_back()
    loop.close()
    assert loop.inbox() == []
    assert loop.outcomes()[-1] == "CRIMINAL_FILED"


def test_the_supervision_gives_the_procuratorate_no_report_in_hand(loop: Loop) -> None:
    """It reads all of them; what is done about one stays with the police."""
    loop.accept()
    loop.decide(PoliceDecision.NOT_FILED)
    loop.do(AcceptReferral(referral_id=supervision_task(loop.report, 1)), PROCURATORATE)
    for act in (loop.feed_back, loop.close):
        with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
            act(PROCURATORATE)


# 沪未保 76(2): a hurt child is cared for first; 强报意见 Arts 6-7: evidence


def test_of_a_hurt_child_the_care_comes_first_in_the_task(hub: Program) -> None:
    """Given a report of a hurt child / then the task of it says by when it is to be cared for,
    before anything else; what nobody has stated after that is late; and what is stated is over."""
    loop = Loop(hub, hurt="是")
    (task,) = loop.inbox()
    (shown,) = hub.queries.reports(reader(STATION)).items
    due = clock(loop, MEDICAL_FIRST).due_at
    assert due is not None
    assert task.medical_by == shown.medical_by == due.isoformat().replace("+00:00", "Z")
    loop.accept()
    at(hub, due)
    assert hub.settle()
    late = {each.kind for each in hub.queries.overdue(reader(STATION)).items}
    assert late == {MEDICAL_FIRST}
    loop.do(StateMedicalCare(report_id=loop.report, care="SENT", hospital="（示例）急诊"))
    (task,) = loop.inbox()
    (shown,) = hub.queries.reports(reader(STATION)).items
    assert (task.medical_by, shown.medical_by) == (None, None)
    assert clock(loop, MEDICAL_FIRST).state is DeadlineState.MET
    told = {e.topic: e for e in hub.queries.timeline(reader(STATION), str(loop.report)).items}
    stated = told["report.medical_care_stated.v1"]
    assert stated.fields["hospital"] == "（示例）急诊"
    assert "care" not in stated.clear, "what became of its body is sealed"


@pytest.mark.parametrize("first", ["the care", "the child"])
def test_the_hospital_that_treated_the_child_has_a_task_by_itself(hub: Program, first: str) -> None:
    """强报意见 Arts 6–7: given the police's own sheet, with the hospital by its full name in it /
    then that hospital is asked for what it keeps, of the child alone; and once."""
    hub.directory.add_organisations([Organisation(HOSPITAL, "示例医院")])
    loop = Loop(hub, hurt="是")
    loop.accept()
    row = {"report_id": str(loop.report), "step": "已送医", "hospital": "示例医院"}

    def cared_for() -> None:
        send(hub, STATION, "police.report_status", row)

    def named() -> None:
        send(hub, STATION, "police.report_child", {**pupil(1), "report_id": str(loop.report)})

    acts = (cared_for, named)
    for act in acts if first == "the care" else acts[::-1]:
        assert not hub.queries.inbox(reader(HOSPITAL)).items
        act()
        hub.settle()
    (task,) = hub.queries.inbox(reader(HOSPITAL)).items
    assert (task.kind, task.sender) == (HAND_OVER, STATION)
    send(hub, STATION, "police.report_status", {**row, "on": "2025-03-02"})
    hub.settle()
    assert len(hub.queries.inbox(reader(HOSPITAL)).items) == 1


def test_of_a_child_that_is_not_hurt_nothing_comes_first(loop: Loop) -> None:
    (task,) = loop.inbox()
    assert task.medical_by is None
    assert clock(loop, MEDICAL_FIRST).state is DeadlineState.NONE


def test_what_the_reporter_hands_over_is_received_by_a_number_within_a_clock(loop: Loop) -> None:
    loop.accept()
    loop.do(HandOverEvidence(report_id=loop.report, listed="（示例）病历1份"), SCHOOL)
    loop.do(HandOverEvidence(report_id=loop.report, listed="（示例）照片2张"), SCHOOL)
    assert (clock(loop, EVIDENCE_RECEIPT).state, clock(loop, EVIDENCE_RECEIPT).owner) == (
        DeadlineState.RUNNING,
        STATION,
    )
    for number, state in ((1, DeadlineState.RUNNING), (2, DeadlineState.MET)):
        loop.do(
            ReceiveEvidence(report_id=loop.report, hand_over=number, number=f"（示例）收{number}号")
        )
        assert clock(loop, EVIDENCE_RECEIPT).state is state
    heard = loop.hub.queries.timeline(reader(SCHOOL), str(loop.report)).items
    numbers = {entry.fields.get("number") for entry in heard}
    assert numbers >= {"（示例）收1号", "（示例）收2号"}


def test_what_is_handed_over_once_the_report_is_closed_is_received_by_whose_clock_runs(
    loop: Loop,
) -> None:
    """Given a closed report, whose task is over / when its reporter hands over evidence / then the
    station that had it receives it in time, and no other one."""
    for act in (loop.accept, loop.decide, loop.feed_back, loop.close):
        act()
    receive = ReceiveEvidence(report_id=loop.report, hand_over=1, number="（示例）收1号")
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        loop.do(receive)
    loop.do(HandOverEvidence(report_id=loop.report, listed="（示例）病历1份"), SCHOOL)
    assert clock(loop, EVIDENCE_RECEIPT).owner == STATION
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        loop.do(receive, OTHER_STATION)
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        loop.feed_back()
    loop.do(receive)
    assert clock(loop, EVIDENCE_RECEIPT).state is DeadlineState.MET
    assert loop.hub.queries.overdue(reader(STATION)).items == ()


def test_who_is_conflicted_by_then_receives_nothing(loop: Loop) -> None:
    """Its clock is the next one's, as if it had never been its own."""
    for act in (loop.accept, loop.decide, loop.feed_back, loop.close):
        act()
    loop.do(HandOverEvidence(report_id=loop.report, listed="（示例）病历1份"), SCHOOL)
    loop.file(suspect_unit=loop.hub.directory.organisation(STATION).name)
    assert clock(loop, EVIDENCE_RECEIPT).owner == POLICE
    receive = ReceiveEvidence(report_id=loop.report, hand_over=1, number="（示例）收1号")
    with pytest.raises(Refused, match="NOT_YOURS_TO_STATE"):
        loop.do(receive)
    loop.do(receive, POLICE)


def test_what_nobody_has_accepted_is_received_by_whose_beat_it_is(hub: Program) -> None:
    """And by the next one where that one is conflicted, of which who hands over learns nothing."""
    loop = Loop(hub, suspect_unit=hub.directory.organisation(STATION).name)
    loop.do(HandOverEvidence(report_id=loop.report, listed="（示例）病历1份"), SCHOOL)
    assert clock(loop, EVIDENCE_RECEIPT).owner == POLICE


# A report is said more of by its receipt number


def test_who_filed_it_says_more_by_its_receipt_number(hub: Program) -> None:
    """Given a report without a reference / when its filer sends more by its receipt / then it is
    the same report, filed once more; the receipt of that serves as well."""
    told = {"seen": "（示例）瘀青", "place": VILLAGE_CODE}
    receipt = filed(hub, **told)
    for more in ("（示例）又见新伤", "（示例）第三次"):
        receipt = filed(hub, seen=more, supplements=receipt)
    (shown,) = hub.queries.reports(reader(STATION)).items
    report = hub.store.load(MANDATORY_REPORT, UUID(shown.id)).state
    assert report.filings == 3
    entries = hub.queries.timeline(reader(STATION), shown.id).items
    seen = {entry.fields.get("seen") for entry in entries}
    assert seen >= {told["seen"], "（示例）又见新伤", "（示例）第三次"}


@pytest.mark.parametrize("whose", ["a colleague's", "another unit's", "nobody's", "no report's"])
def test_any_other_number_makes_a_report_of_its_own_and_the_same_answer(
    hub: Program, whose: str
) -> None:
    """Nobody is refused, and nobody learns whether there is a report of that number."""
    by = {
        "a colleague's": Actor(SCHOOL, Post.HANDLER.value, "u-other"),
        "another unit's": actor(VILLAGE),
    }.get(whose, actor(SCHOOL))
    receipt = filed(hub, seen="（示例）瘀青", place=VILLAGE_CODE)
    if whose == "nobody's":
        receipt = "20250303-22222222"
    if whose == "no report's":
        receipt = send(hub, SCHOOL, "education.absence", absent(pupil(1))).number
    answer = hub.intake.record(by, REPORT, {"seen": "（示例）另一件", "supplements": receipt})
    assert answer.answer is not None
    assert (answer.faults, answer.answer.repeated, answer.answer.corrected) == ((), False, False)
    hub.settle()
    found = [f for f in hub.store.feed(0, 500) if f.topic == "report.filed.v1"]
    assert len({each.stream for each in found}) == len(found) == 2
    mine = hub.intake.record(
        actor(SCHOOL),
        REPORT,
        {"seen": "（示例）更多", "supplements": filed(hub, seen="（示例）三")},
    )
    assert mine.answer is not None
    assert (mine.faults, mine.answer.repeated, mine.answer.corrected) == ((), False, False)


def filed(hub: Program, **cells: str) -> str:
    """File a report of the school; gives its receipt number."""
    answer = hub.intake.record(actor(SCHOOL), REPORT, cells)
    assert answer.answer is not None
    hub.settle()
    return answer.answer.number


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
            assert not {"filing", "filings", "not_filed"} & set(entry.clear)
