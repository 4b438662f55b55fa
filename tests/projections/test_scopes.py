"""What an organisation's view holds follows its scopes: opening brings the past along, closing
takes it away, and what the organisation stated itself stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.organisations import Seat, seat_of
from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from projections.tables import FACTS
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_SCHOOL_NAME,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    SCHOOL_NAME,
    STATION,
    TOWN,
    absent,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    rows,
    running,
    send,
    view_file,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def held(hub: Program, organisation: str, child: str) -> list[tuple[str, str, str]]:
    """(topic, producer, by) of what an organisation's view holds about a child, in order."""
    hub.projector.catch_up()
    with hub.projector.view(seat_of(organisation)).engine.begin() as connection:
        found = connection.execute(
            select(FACTS.c.topic, FACTS.c.producer, FACTS.c.by)
            .where(FACTS.c.organisation == organisation, FACTS.c.child_ref == child)
            .order_by(FACTS.c.position)
        )
        return [(row.topic, row.producer, row.by) for row in found]


def test_a_scope_that_opens_brings_the_past_along_and_takes_it_away_when_it_closes(
    hub: Program,
) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    child = child_of(hub, pupil(1))
    assert held(hub, STATION, child) == []
    hub.settle()
    offered = {topic for topic, _, _ in held(hub, STATION, child)}
    assert offered == {"referral.requested.v1", "deadline.set.v1"}, "before acceptance"
    task = hub.queries.inbox(reader(STATION)).items[0]
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    opened = held(hub, STATION, child)
    past = [topic for topic, producer, _ in opened if producer == SCHOOL]
    assert "child_file.contact_stated.v1" in past, "how to reach the family was stated before"
    hub.hub.command(
        CompleteReferral(referral_id=UUID(task.id), outcome="FOUND", account="在亲戚家"),
        actor(STATION),
    )
    closed = held(hub, STATION, child)
    assert {topic for topic, _, _ in closed} <= {
        "referral.requested.v1",
        "referral.accepted.v1",
        "referral.completed.v1",
        "deadline.set.v1",
        "deadline.met.v1",
    }
    assert ("referral.completed.v1", STATION, "own") in closed, "its own words stay"


def test_a_pupil_who_changes_school_moves_from_one_view_to_the_other(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1), days=1))
    child = child_of(hub, pupil(1))
    before = held(hub, SCHOOL, child)
    assert "child_file.enrolment_confirmed.v1" in [topic for topic, _, _ in before]
    assert held(hub, OTHER_SCHOOL, child) == []
    send(
        hub, EDUCATION, "education.roll", enrolled(pupil(1), OTHER_SCHOOL_NAME, since="2025-03-01")
    )
    assert {producer for _, producer, _ in held(hub, SCHOOL, child)} == {SCHOOL}
    moved = held(hub, OTHER_SCHOOL, child)
    assert ("dropout.absence_reported.v1", SCHOOL, "read") in moved
    assert [topic for topic, _, _ in moved].count("child_file.enrolment_confirmed.v1") == 2


def test_a_child_who_moves_house_leaves_the_old_town(hub: Program) -> None:
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    child = child_of(hub, pupil(1))
    assert held(hub, TOWN, child)
    assert held(hub, OTHER_TOWN, child) == []
    moved = {**pupil(1), "village": OTHER_VILLAGE_CODE}
    send(hub, OTHER_TOWN, "town.residence", resident(moved, OTHER_VILLAGE_CODE, since="2025-03-01"))
    assert {producer for _, producer, _ in held(hub, TOWN, child)} == {TOWN}
    assert {producer for _, producer, _ in held(hub, OTHER_TOWN, child)} >= {TOWN, OTHER_TOWN}


def story(hub: Program) -> Iterator[None]:
    """A few children's spring, one step at a time."""
    for number in range(3):
        school = SCHOOL_NAME if number else OTHER_SCHOOL_NAME
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number), school))
        yield
    for number in (1, 2):
        send(hub, SCHOOL, "education.absence", absent(pupil(number)))
        hub.settle()
        yield
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    yield
    for organisation in (STATION, CIVIL_AFFAIRS):
        for task in hub.queries.inbox(reader(organisation)).items:
            hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(organisation))
            yield
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1), OTHER_SCHOOL_NAME))
    yield


def contents(hub: Program) -> dict[Seat, dict[str, list[tuple[object, ...]]]]:
    return {seat: rows(view_file(hub, seat)) for seat in hub.directory.seats()}


def test_views_kept_step_by_step_equal_views_rebuilt(hub: Program) -> None:
    for _ in story(hub):
        hub.projector.catch_up()
    kept = contents(hub)
    assert sum(len(tables["facts"]) for tables in kept.values()) > 100
    told: list[Seat] = []
    hub.projector.rebuild(hub.directory.seats(), told.append)
    assert told == hub.directory.seats()
    assert contents(hub) == kept


def test_views_that_were_deleted_come_back_the_same(hub: Program) -> None:
    for _ in story(hub):
        hub.projector.catch_up()
    kept = contents(hub)
    hub.projector.close()
    for file in hub.folder.views.iterdir():
        file.unlink()
    hub.settle()
    assert contents(hub) == kept
