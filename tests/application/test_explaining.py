"""What led to what in a case is told to whoever sees the steps, and to nobody else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from domain.deadline import DeadlineMissed, DeadlineSet
from domain.dropout_events import AbsenceReported, DropoutSuspected
from domain.referral import AcceptReferral, ReferralAccepted, ReferralRequested
from hub import report_duty
from hub.answers import Explained
from hub.bootstrap import Program
from hub.eventstore.codec import Fact
from tests.program import (
    OTHER_SCHOOL,
    PROCURATORATE,
    SCHOOL,
    START,
    TOWN,
    VILLAGE_CODE,
    absent,
    actor,
    at,
    pupil,
    reader,
    send,
)

TRACE = "when_dropout_suspected_then_trace_and_persuade"


@pytest.fixture
def suspected(hub: Program) -> Program:
    """Given a pupil who is absent for so long that the school's report is a suspicion."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(2)))
    hub.settle()
    return hub


def _task(hub: Program, organisation: str) -> str:
    return hub.queries.inbox(reader(organisation)).items[0].id


def _case(hub: Program) -> Fact:
    """The first report of the first pupil's case."""
    return next(f for f in hub.store.feed(0, 1000) if f.topic == AbsenceReported.TOPIC)


def _steps(hub: Program, organisation: str, case: str) -> list[Explained]:
    return list(hub.queries.explain(reader(organisation), case))


def _one(steps: list[Explained], topic: str) -> Explained:
    (found,) = [each for each in steps if each.topic == topic]
    return found


def test_each_step_names_what_caused_it_and_by_which_rule(suspected: Program) -> None:
    """Given a suspicion and the tasks that followed; when the town asks why its task is there;
    then it reads which event caused it, by which reaction and which version of the rules."""
    task = _task(suspected, TOWN)
    suspected.hub.command(AcceptReferral(referral_id=UUID(task)), actor(TOWN))
    suspected.settle()
    steps = _steps(suspected, TOWN, task)
    suspicion, asked = _one(steps, DropoutSuspected.TOPIC), _one(steps, ReferralRequested.TOPIC)
    assert (asked.cause, asked.reactions) == (suspicion.position, (TRACE,))
    assert asked.rule_version == suspected.policies.version
    clocks = [each for each in steps if each.topic == DeadlineSet.TOPIC]
    assert {(each.cause, each.reactions) for each in clocks} == {
        (asked.position, ("when_referral_requested_then_start_clocks",))
    }


def test_a_task_that_is_not_accepted_yet_names_no_cause(suspected: Program) -> None:
    """The suspicion is not shown before the town has accepted, and neither is it named here."""
    steps = _steps(suspected, TOWN, _task(suspected, TOWN))
    assert _one(steps, ReferralRequested.TOPIC).cause is None
    assert {each.topic for each in steps} == {ReferralRequested.TOPIC, DeadlineSet.TOPIC}


def test_a_case_is_told_from_its_beginning(suspected: Program) -> None:
    """The school's own case: its report, the suspicion, and nothing of another pupil's."""
    case = _case(suspected)
    steps = _steps(suspected, SCHOOL, str(case.stream))
    topics = [each.topic for each in steps]
    assert topics[:2] == [AbsenceReported.TOPIC, DropoutSuspected.TOPIC]
    assert topics.count(AbsenceReported.TOPIC) == 1
    assert [each.position for each in steps] == sorted(each.position for each in steps)


def test_a_clock_that_ran_out_is_told_as_one(suspected: Program) -> None:
    """Given nobody accepted; when the hour has passed; then missing it was the clock's."""
    task = _task(suspected, TOWN)
    at(suspected, START + timedelta(days=30))
    suspected.settle()
    missed = [each for each in _steps(suspected, TOWN, task) if each.topic == DeadlineMissed.TOPIC]
    assert {each.reactions for each in missed} == {("clock",)}


def test_what_a_person_did_has_no_rule(suspected: Program) -> None:
    task = _task(suspected, TOWN)
    suspected.hub.command(AcceptReferral(referral_id=UUID(task)), actor(TOWN))
    suspected.settle()
    accepted = _one(_steps(suspected, TOWN, task), ReferralAccepted.TOPIC)
    assert accepted.reactions == ()
    assert accepted.cause is None


def test_only_those_who_see_the_steps_are_told(suspected: Program) -> None:
    """Another school learns no more of the case than of one that does not exist. The pupil's own
    school reads what its timeline shows, and no hint that there is more: tasks of others, and
    causes that it does not see."""
    case = _case(suspected)
    nobodys = "00000000-0000-0000-0000-000000000000"
    assert _steps(suspected, OTHER_SCHOOL, str(case.stream)) == []
    assert _steps(suspected, OTHER_SCHOOL, nobodys) == []
    assert _steps(suspected, SCHOOL, nobodys) == []
    child = case.child_ref or ""
    seen = {each.position for each in suspected.queries.timeline(reader(SCHOOL), child).items}
    told = _steps(suspected, SCHOOL, str(case.stream))
    assert told
    for step in told:
        assert step.position in seen
        assert step.cause is None or step.cause in seen


def test_every_asking_is_a_look(suspected: Program) -> None:
    case = _case(suspected)
    _steps(suspected, SCHOOL, str(case.stream))
    look = suspected.audit.newest(1)[0]
    assert (look.action, look.child_ref, look.organisation) == ("explain", case.child_ref, SCHOOL)
    assert "schooling" in look.categories
    _steps(suspected, OTHER_SCHOOL, str(case.stream))
    look = suspected.audit.newest(1)[0]
    assert (look.action, look.child_ref, look.categories) == ("explain.nothing", "", "")


def test_what_follows_the_log_by_hand_is_told_by_its_own_name(hub: Program) -> None:
    """Given a report long after the harm was found; when the procuratorate asks why it is to look
    into it; then it is not told as if somebody were conflicted."""
    report = {"seen": "（示例）瘀青", "place": VILLAGE_CODE}
    found_at = (START - timedelta(days=3)).isoformat()
    send(hub, SCHOOL, "report.mandatory", {**report, "discovered_at": found_at})
    hub.settle()
    (task,) = hub.queries.inbox(reader(PROCURATORATE)).items
    asked = _one(_steps(hub, PROCURATORATE, task.id), ReferralRequested.TOPIC)
    assert asked.cause is not None
    assert asked.reactions == (report_duty.NAME,)
