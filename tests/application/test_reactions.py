"""What follows from the log follows once, however often the log is read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from domain.referral import AcceptReferral, CompleteReferral
from domain.scope import ScopeOpened
from hub.bootstrap import Program
from tests.application.conftest import Another
from tests.program import (
    CIVIL_AFFAIRS,
    SCHOOL,
    START,
    STATION,
    TOWN,
    absent,
    actor,
    admonished,
    at,
    pupil,
    reader,
    send,
    topics,
)


def happened(hub: Program) -> None:
    """One child is suspected to have dropped out, another's guardian was admonished."""
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    send(hub, STATION, "police.admonition", admonished(pupil(2), guidance_ordered="否"))


def forget(hub: Program) -> None:
    """Lose what the reactor keeps: it can be made anew from the log."""
    for path in hub.folder.root.glob("reactions.sqlite*"):
        path.unlink()


def test_a_suspicion_goes_to_police_town_and_civil_affairs(hub: Program) -> None:
    happened(hub)
    hub.settle()
    kinds = {
        organisation: {item.kind for item in hub.queries.inbox(reader(organisation)).items}
        for organisation in (STATION, TOWN, CIVIL_AFFAIRS)
    }
    assert kinds == {
        STATION: {"trace_dropout"},
        TOWN: {"persuade_dropout", "follow_up_admonition"},
        CIVIL_AFFAIRS: {"coordinate_dropout", "coordinate_admonition"},
    }


def test_reading_the_log_again_from_its_beginning_adds_nothing(
    hub: Program, another: Another
) -> None:
    happened(hub)
    hub.settle()
    at(hub, START + timedelta(days=5))
    hub.settle()
    before = topics(hub)
    forget(hub)
    replayed = another()
    at(replayed, START + timedelta(days=5))
    assert replayed.settle()
    assert replayed.reactor.position == replayed.store.position
    assert topics(replayed) == before


def test_two_who_react_at_once_refer_once(hub: Program, another: Another) -> None:
    happened(hub)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda own: own.reactor.react(), [hub, another()]))
    assert topics(hub).count("referral.requested.v1") == 5
    assert topics(hub).count(ScopeOpened.TOPIC) == 5


def test_a_deadline_is_missed_once(hub: Program) -> None:
    happened(hub)
    hub.settle()
    assert "deadline.missed.v1" not in topics(hub)
    at(hub, START + timedelta(days=2))
    assert hub.reactor.tick() > 0
    missed = topics(hub).count("deadline.missed.v1")
    assert missed > 0
    assert hub.reactor.tick() == 0
    hub.settle()
    assert topics(hub).count("deadline.missed.v1") == missed
    at(hub, START + timedelta(days=90))
    hub.settle()
    missed_streams = [f.stream for f in hub.store.feed(0, 1000) if f.topic == "deadline.missed.v1"]
    assert len(missed_streams) == len(set(missed_streams)) == 11, (
        "five referrals, two clocks each, and that of the suspicion"
    )


def test_two_clocks_that_tick_at_once_miss_once(hub: Program, another: Another) -> None:
    happened(hub)
    hub.settle()
    other = another()
    for each in (hub, other):
        at(each, START + timedelta(days=90))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda own: own.reactor.tick(), [hub, other]))
    assert topics(hub).count("deadline.missed.v1") == 11


def test_what_was_answered_in_time_is_not_missed(hub: Program) -> None:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    task = UUID(hub.queries.inbox(reader(STATION)).items[0].id)
    hub.hub.command(AcceptReferral(referral_id=task), actor(STATION))
    hub.hub.command(CompleteReferral(referral_id=task, outcome="FOUND"), actor(STATION))
    at(hub, START + timedelta(days=90))
    hub.settle()
    missed = {
        f.clear["subject_id"] for f in hub.store.feed(0, 1000) if f.topic == "deadline.missed.v1"
    }
    assert str(task) not in missed
    assert len(missed) == 3, "two other tasks, and the suspicion itself"


def test_an_overdue_task_can_still_be_done_and_is_late(hub: Program) -> None:
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    hub.settle()
    at(hub, START + timedelta(days=90))
    hub.settle()
    task = UUID(hub.queries.inbox(reader(STATION)).items[0].id)
    hub.hub.command(AcceptReferral(referral_id=task), actor(STATION))
    met = [f for f in hub.store.feed(0, 1000) if f.topic == "deadline.met.v1"]
    assert [f.clear["late"] for f in met] == [True]
