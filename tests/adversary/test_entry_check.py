"""Whose entry check (入职查询) is pending, has run out or bars him sees nothing of a child at any
door, and may report and give the alarm as ever.

Source: plan 二6 (P45); 未保法 62, 98; domain reference §7; privacy design, "Who may".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

import hub.queries.door as door_for_reads
from domain.calendar import end_of_day_utc, shanghai_date
from domain.entry_check import AnswerEntryCheck
from domain.organisations import SHARED_USERS, Post
from domain.worker import EndAppointment, LinkAccount, WorkerRegistered
from domain.workforce_codes import CheckResult
from hub.api.app import create_app
from hub.bootstrap import Program
from hub.queries import NotCleared
from hub.queries.asked import NotAdmitted
from tests.adversary.asking import DOORS, asking_as
from tests.adversary.conftest import AFTERWARDS
from tests.adversary.doors import HTTP, Kind
from tests.adversary.http import HttpAsking
from tests.adversary.job import Job
from tests.program import (
    CIVIL_AFFAIRS,
    POLICE,
    TOWN,
    VILLAGE,
    actor,
    at,
    reader,
    send,
    take,
    topics,
)

pytestmark = pytest.mark.adversary

WORKER = {
    "organisation": VILLAGE,
    "worker_name": "示例主任",
    "worker_id_number": "999999198503010011",
    "role": "儿童主任",
    "appointment": "书记",
    "qualification": "无",
    "since": "2025-03-10",
}
REPORT = {"seen": "（示例）孩子身上有伤", "immediate_danger": "是"}


def employ(hub: Program, **changes: Any) -> UUID:
    """A child director is put on the register by the town; the check is asked."""
    send(hub, TOWN, "workforce.worker", {**WORKER, **changes})
    hub.settle()
    last = [f for f in hub.store.feed(0, 100_000) if f.topic == WorkerRegistered.TOPIC][-1]
    return last.stream


def is_user(hub: Program, worker: UUID, user: str = "u-test") -> None:
    command = LinkAccount(worker=worker, hub_user=user, member_of=VILLAGE)
    hub.hub.command(command, actor(TOWN, user="u-town"))


def answered(hub: Program, worker: UUID, result: CheckResult = CheckResult.PASSED) -> None:
    today = shanghai_date(hub.clock.now())
    hub.hub.command(AnswerEntryCheck(worker=worker, result=result, queried_on=today), actor(POLICE))


def nothing_at_any_door(hub: Program, job: Job) -> None:
    """Every question of the one door for reads is refused, and shows nothing."""
    asking = asking_as(hub, job, VILLAGE)
    for door in set(DOORS) - {"bundle"}:
        with pytest.raises(NotCleared):
            list(DOORS[door](asking))
    with pytest.raises(NotAdmitted):
        hub.queries.bundle(asking.reader, asking.reports[0])


def may_report(hub: Program) -> None:
    """A mandatory report is taken, and so is an alarm."""
    before = hub.store.position
    report = {**REPORT, "reference": f"示报{before}"}
    assert take(hub, VILLAGE, "report.mandatory", report).answer is not None
    assert "report.filed.v1" in topics(hub, before)


def seen(hub: Program) -> int:
    return len(hub.queries.children(reader(VILLAGE)).items)


def test_pending_expired_barred_or_gone_nothing_is_shown_and_reporting_stays_open(
    hub: Program, job: Job
) -> None:
    """P45: no child data while pending or expired; reporting stays open."""
    assert seen(hub) > 0, "before the rule is in force, whoever is on no register works on"
    worker = employ(hub)
    is_user(hub, worker)
    nothing_at_any_door(hub, job)  # pending
    may_report(hub)

    answered(hub, worker)
    assert seen(hub) > 0
    until = end_of_day_utc(shanghai_date(AFTERWARDS)) + timedelta(days=364)
    at(hub, until - timedelta(microseconds=1))
    assert seen(hub) > 0, "up to the last moment"
    at(hub, until)
    # No clock has looked yet: it has run out all the same.
    nothing_at_any_door(hub, job)
    may_report(hub)

    send(
        hub,
        TOWN,
        "workforce.entry_query",
        {
            "worker": str(worker),
            "organisation": VILLAGE,
            "worker_name": "示例主任",
            "worker_id_number": "999999198503010011",
            "asked_on": shanghai_date(until).isoformat(),
        },
    )
    answered(hub, worker)
    assert seen(hub) > 0
    hub.hub.command(
        EndAppointment(worker=worker, ended_on=shanghai_date(until)), actor(TOWN, user="u-town")
    )
    nothing_at_any_door(hub, job)  # no worker of the village any more
    may_report(hub)


@pytest.mark.parametrize("user", ["u-test", *sorted(SHARED_USERS)])
def test_who_is_on_no_register_is_unknown_and_unknown_means_no(hub: Program, user: str) -> None:
    """From the day of the rule on: whoever acts by no login as well."""
    at(hub, end_of_day_utc(date(2025, 8, 31)) - timedelta(seconds=1))
    who = replace(reader(VILLAGE), user=user)
    assert hub.queries.children(who).items
    at(hub, end_of_day_utc(date(2025, 8, 31)))
    with pytest.raises(NotCleared):
        hub.queries.children(who)
    assert hub.audit.newest(1)[0].action == "children.refused"


def test_somebody_elses_result_clears_nobody(hub: Program) -> None:
    """One user is one worker: whoever is said to be another one is cleared by that one alone."""
    one, other = employ(hub), employ(hub, worker_id_number="999999199001010016")
    answered(hub, one)
    is_user(hub, one)
    assert seen(hub) > 0
    is_user(hub, other)
    with pytest.raises(NotCleared):
        hub.queries.children(reader(VILLAGE))
    is_user(hub, one, "u-colleague")
    is_user(hub, other, "u-nobody")
    with pytest.raises(NotCleared):
        hub.queries.children(reader(VILLAGE))


def test_a_barred_worker_is_known_to_the_head_and_civil_affairs_alone(hub: Program) -> None:
    """Result only, and no colleague is told: he reads what he reads of one who waits."""
    worker = employ(hub)
    is_user(hub, worker, "u-barred")
    answered(hub, worker, CheckResult.BARRED)
    hub.settle()
    barred = replace(reader(VILLAGE), user="u-barred")
    with pytest.raises(NotCleared):
        hub.queries.children(barred)

    def told(organisation: str, post: Post = Post.HANDLER) -> str:
        (member,) = hub.queries.staff(reader(organisation, post)).items
        return member.check

    assert told(CIVIL_AFFAIRS) == told(VILLAGE, Post.HEAD) == "BARRED"
    assert told(VILLAGE) == told(TOWN) == "NONE"
    for organisation in (VILLAGE, TOWN):
        lines = hub.queries.register(reader(organisation), everybodys=True, limit=200).items
        assert not any(each.topic.startswith("entry_check.barred") for each in lines)
    (silent,) = [
        each
        for each in hub.queries.silence_of_district(reader(CIVIL_AFFAIRS))
        if each.kind == "WORKER_BARRED"
    ]
    assert (silent.whose, silent.count) == (VILLAGE, 1)


def test_over_http_as_well(hub: Program, job: Job) -> None:
    """Every path that can be got is answered with 403; a report with its receipt."""
    worker = employ(hub)
    with TestClient(create_app(hub)) as client:
        asking = HttpAsking.at(hub, client, job)
        desk = asking.district[VILLAGE]
        is_user(hub, worker, desk.user.user)
        showing = {
            path
            for path, parameters in asking.doors().items()
            for address, options in [next(asking.asked(path, parameters))]
            if HTTP[f"GET {path}"] is not Kind.NOBODY
            and desk.get(address, **options).status_code != 403
        }
        # One's own refused rows, by what is wrong with them; their cells are asked for at the door.
        assert showing == {"/quarantine", "/quarantine/{row_id}"}
        answer = desk.post("/intake/report/mandatory", REPORT)
        assert answer.status_code in (200, 201)
        body = desk.get("/children").json()
        assert body["code"] == "NOT_CLEARED"
        assert "强制报告和告警照常办理" in body["detail"]


@pytest.fixture
def without_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_for_reads, "cleared", lambda *asked: True)


def test_a_door_that_did_not_ask_would_show_it(hub: Program, without_the_question: None) -> None:
    """The one defence taken away: the same worker, pending, reads on."""
    is_user(hub, employ(hub))
    assert seen(hub) > 0


def test_the_town_visits_from_the_day_of_the_expiry_on(hub: Program) -> None:
    """On expiry the stand-in takes over that day, and gives back what is owed once a result
    stands."""
    worker = employ(hub)

    def owed(organisation: str) -> int:
        return hub.queries.visits_by_village(reader(CIVIL_AFFAIRS)).get(organisation, (0, 0))[0]

    assert owed(VILLAGE) == 0, "nobody is cleared: the town visits"
    town = owed(TOWN)
    assert town > 0
    answered(hub, worker)
    hub.settle()
    assert (owed(VILLAGE), owed(TOWN)) == (town, 0)
    over: datetime = end_of_day_utc(shanghai_date(AFTERWARDS)) + timedelta(days=364)
    at(hub, over)
    hub.settle()
    assert owed(VILLAGE) == 0
    assert owed(TOWN) > 0
    day = [f for f in hub.store.feed(0, 100_000) if f.topic == "entry_check.expired.v1"][-1]
    assert shanghai_date(datetime.fromisoformat(day.recorded_at)) == shanghai_date(over)
