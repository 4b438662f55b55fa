"""Two people at one desk, and a task that rests: the first who accepts has it, and what rests goes
on by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest

from domain.calendar import end_of_day_utc
from domain.kernel import Actor, Refused
from domain.organisations import Post
from domain.referral import AcceptReferral, AssignReferral, HoldReferral, Taken
from hub.bootstrap import Program
from tests.application.conftest import Another
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    TOWN,
    absent,
    actor,
    at,
    enrolled,
    pupil,
    reader,
    resident,
    send,
    topics,
)


def persuading(hub: Program) -> UUID:
    """The town's task of a pupil who stays away."""
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()
    (task,) = hub.queries.inbox(reader(TOWN)).items
    return UUID(task.id)


def test_of_two_who_accept_at_once_the_first_has_it_and_the_second_is_told_who(
    hub: Program, another: Another
) -> None:
    """Given a task that two people of one desk look at / when both accept it at the same moment /
    then it is accepted once, and the other one is told by whom."""
    task = persuading(hub)
    people = [Actor(TOWN, Post.HANDLER.value, f"u-{n}") for n in "ab"]
    programs = [hub, another()]

    def accept(n: int) -> Refused | None:
        try:
            programs[n].hub.command(AcceptReferral(referral_id=task), people[n])
        except Refused as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(accept, range(2)))
    (refused,) = [each for each in outcomes if each is not None]
    first = people[outcomes.index(None)]
    assert isinstance(refused, Taken)
    assert refused.by == first.user
    assert topics(hub).count("referral.accepted.v1") == 1


def test_who_has_it_in_hand_is_shown_to_its_own_organisation_alone(hub: Program) -> None:
    task = persuading(hub)
    hub.hub.command(AcceptReferral(referral_id=task), actor(TOWN, user="u-a"))
    hub.hub.command(
        AssignReferral(referral_id=task, handler="u-b", deputy="u-a"), actor(TOWN, user="u-a")
    )
    assert hub.settle()
    for organisation in (TOWN, SCHOOL, CIVIL_AFFAIRS, EDUCATION):
        shown = hub.queries.referral(reader(organisation), str(task))
        told = (shown.handler, shown.deputy) if shown else (None, None)
        assert told == (("u-b", "u-a") if organisation == TOWN else (None, None))
        for entry in hub.queries.timeline(reader(organisation), _child(hub, task)).items:
            if organisation != TOWN:
                assert not {"handler", "deputy"} & set(entry.clear)


def _child(hub: Program, task: UUID) -> str:
    return str(next(f.child_ref for f in hub.store.feed(0, 500) if f.stream == task))


@pytest.mark.parametrize("how", ["in time", "after an outage"])
def test_what_rests_goes_on_by_itself_after_its_day(hub: Program, how: str) -> None:
    task = persuading(hub)
    hub.hub.command(AcceptReferral(referral_id=task), actor(TOWN))
    until = date(2025, 3, 7)
    hold = HoldReferral(referral_id=task, reason="AWAITING_FAMILY", until=until, note="（示例）")
    hub.hub.command(hold, actor(TOWN))
    assert hub.settle()
    (rests,) = hub.queries.inbox(reader(TOWN)).items
    assert (rests.state, rests.held_until) == ("on-hold", rests.held_until)
    assert rests.held_until is not None
    before = rests.complete_by
    at(hub, end_of_day_utc(until if how == "in time" else date(2025, 3, 9)))
    assert hub.settle()
    (goes_on,) = hub.queries.inbox(reader(TOWN)).items
    assert (goes_on.state, goes_on.held_until, goes_on.overdue) == ("accepted", None, False)
    assert goes_on.complete_by is not None
    assert before is not None
    assert goes_on.complete_by > before
    assert topics(hub).count("referral.resumed.v1") == 1
    assert hub.reactor.refused() == []


def test_while_it_rests_nothing_of_it_is_late(hub: Program) -> None:
    task = persuading(hub)
    hub.hub.command(AcceptReferral(referral_id=task), actor(TOWN))
    hold = HoldReferral(referral_id=task, reason="CHILD_AWAY", until=date(2025, 3, 28))
    hub.hub.command(hold, actor(TOWN))
    at(hub, end_of_day_utc(date(2025, 3, 20)))
    assert hub.settle()
    (rests,) = hub.queries.inbox(reader(TOWN)).items
    assert (rests.state, rests.overdue) == ("on-hold", False)
    late = [each.subject_id for each in hub.queries.overdue(reader(TOWN)).items]
    assert str(task) not in late
