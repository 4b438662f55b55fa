"""A task's scope lives exactly as long as the task, in the view, in the feed and at the door:
reason and town before acceptance, the kind's release set after it, and when it is over what the
organisation recorded itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.organisations import HUB, Seat, seat_of
from domain.referral import (
    AcceptReferral,
    CompleteReferral,
    FailReferral,
    ReassignReferral,
    ReturnReason,
    ReturnReferral,
    StartReferral,
    WithdrawReferral,
)
from hub.bootstrap import Program
from hub.feeds.outbox import Kind
from projections.feeding import FeedFollowing
from projections.tables import FACTS
from tests.program import (
    EDUCATION,
    OTHER_STATION,
    SCHOOL,
    STATION,
    absent,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    running,
    send,
)
from tests.projections.feeds import Feeds

pytestmark = pytest.mark.slow

SCOPED = "child_file.contact_stated.v1"
"""What only the task shows: how to reach the family."""


class Office:
    """A station with one task, and everything by which it may see the child."""

    def __init__(self, hub: Program, feeds: Feeds) -> None:
        self.hub, self.feeds = hub, feeds
        for organisation in (STATION, OTHER_STATION):
            feeds.register(organisation)
        send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
        send(hub, SCHOOL, "education.absence", absent(pupil(1)))
        hub.settle()
        self.child = child_of(hub, pupil(1))
        (task,) = hub.queries.inbox(reader(STATION)).items
        self.task, self.offered = UUID(task.id), task

    def do(self, command: object, by: str = STATION) -> None:
        self.hub.hub.command(command, actor(by))  # type: ignore[arg-type]

    def view(self, organisation: str) -> set[str]:
        self.hub.settle()
        with self.hub.projector.view(Seat.POLICE_STATION).engine.begin() as connection:
            found = select(FACTS.c.topic).where(
                FACTS.c.organisation == organisation, FACTS.c.child_ref == self.child
            )
            return set(connection.execute(found).scalars())

    def feed(self, organisation: str) -> set[str]:
        """What a reader of the feed has of the child."""
        following = FeedFollowing(
            seat_of(organisation), self.feeds.agencies.engine, self.hub.policies.access
        )
        following.step(self.hub.store)
        found: set[str] = set()
        for told in self.feeds.sent(organisation):
            if told.subject != self.child:
                continue
            if told.kind is Kind.FACT:
                found.add(json.loads(told.payload)["topic"])
            else:
                found.clear()
        return found

    def door(self, organisation: str) -> set[str]:
        asks = reader(organisation)
        file = self.hub.queries.child_file(asks, self.child)
        shown = {each.topic for each in self.hub.queries.timeline(asks, self.child).items}
        return shown | ({"name"} if file is not None and "name" in file.fields else set())

    def sees(self, organisation: str = STATION) -> bool:
        """Whether the child is seen; view, feed and door must agree."""
        view, feed, door = (each(organisation) for each in (self.view, self.feed, self.door))
        assert (SCOPED in view) is (SCOPED in feed) is (SCOPED in door) is ("name" in door)
        assert view == feed
        return SCOPED in view


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    feeds = Feeds(tmp_path)
    with running(tmp_path / "data") as hub:
        yield Office(hub, feeds)
    feeds.close()


def test_before_acceptance_reason_and_town_and_from_then_on_the_release_set(
    office: Office,
) -> None:
    assert office.offered.title == "协查辍学"
    assert office.offered.town == "310117001"
    assert office.offered.child is None, "who it is comes with acceptance"
    assert not office.sees()
    office.do(AcceptReferral(referral_id=office.task))
    assert office.sees()
    office.do(StartReferral(referral_id=office.task))
    assert office.sees()
    (task,) = office.hub.queries.inbox(reader(STATION)).items
    assert task.child is not None
    assert task.child.fields["name"] == pupil(1)["name"]


ENDS: dict[str, Callable[[UUID], tuple[object, str]]] = {
    "completed": lambda t: (CompleteReferral(referral_id=t, outcome="FOUND"), STATION),
    "failed": lambda t: (FailReferral(referral_id=t, account="（示例）未找到"), STATION),
    "returned": lambda t: (
        ReturnReferral(referral_id=t, reason=ReturnReason.NOT_IN_JURISDICTION),
        STATION,
    ),
    "withdrawn": lambda t: (WithdrawReferral(referral_id=t), HUB),
    "reassigned": lambda t: (ReassignReferral(referral_id=t, addressee=OTHER_STATION), STATION),
}


@pytest.mark.parametrize("end", ENDS)
def test_when_the_task_is_over_nothing_is_left_but_ones_own_words(office: Office, end: str) -> None:
    office.do(AcceptReferral(referral_id=office.task))
    assert office.sees()
    command, by = ENDS[end](office.task)
    office.do(command, by)
    assert not office.sees()
    assert "referral.accepted.v1" in office.view(STATION), "what it recorded itself it keeps"
    assert office.hub.queries.inbox(reader(STATION)).items == ()


@pytest.mark.parametrize("end", ["returned", "withdrawn", "reassigned"])
def test_a_task_that_was_never_accepted_shows_nothing_before_or_after(
    office: Office, end: str
) -> None:
    command, by = ENDS[end](office.task)
    office.do(command, by)
    assert not office.sees()


def test_a_reassigned_task_is_the_new_organisations_from_its_acceptance(office: Office) -> None:
    office.do(AcceptReferral(referral_id=office.task))
    office.do(ReassignReferral(referral_id=office.task, addressee=OTHER_STATION))
    assert not office.sees(OTHER_STATION)
    (task,) = office.hub.queries.inbox(reader(OTHER_STATION)).items
    assert (task.id, task.town, task.state) == (str(office.task), "310117001", "requested")
    assert task.complete_by == office.offered.complete_by
    office.do(AcceptReferral(referral_id=office.task), OTHER_STATION)
    assert office.sees(OTHER_STATION)
    assert not office.sees(STATION)
    office.do(CompleteReferral(referral_id=office.task, outcome="FOUND"), OTHER_STATION)
    assert not office.sees(OTHER_STATION)


@pytest.mark.adversary
@pytest.mark.attack(11)
@pytest.mark.parametrize("end", ENDS)
def test_a_task_that_ended_shows_nothing_at_the_door_though_the_view_lags(
    office: Office, end: str
) -> None:
    office.do(AcceptReferral(referral_id=office.task))
    office.hub.settle()
    command, by = ENDS[end](office.task)
    office.do(command, by)
    # No view has followed.
    assert SCOPED not in office.door(STATION)
    assert "name" not in office.door(STATION)


@pytest.mark.adversary
@pytest.mark.attack(11, broken="the door asks its view, and not the log, what tasks are open")
def test_a_door_that_asked_its_view_would_show_a_task_that_ended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.do(AcceptReferral(referral_id=office.task))
    office.hub.settle()
    open_then = office.hub.queries._scope(reader(STATION), office.child)
    command, by = ENDS["completed"](office.task)
    office.do(command, by)
    monkeypatch.setattr(office.hub.queries, "_scope", lambda *asked: open_then)
    assert SCOPED in office.door(STATION)
