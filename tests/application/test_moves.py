"""迁移 in the whole program: the new town sees the child before it confirms, the old one no more
after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.kernel import Refused
from domain.move import AnnounceMove, WithdrawMove
from domain.organisations import Seat
from hub.bootstrap import Program
from hub.reaction_tables import RUNNING
from projections.tables import FACTS
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    START,
    TOWN,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
    topics,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, TOWN, "town.residence", {**resident(pupil(1)), "categories": "农村留守儿童"})
        made.settle()
        yield made


def announced(hub: Program) -> str:
    child = child_of(hub, pupil(1))
    hub.hub.command(AnnounceMove(child_ref=UUID(child), receivers=(OTHER_TOWN,)), actor(TOWN))
    hub.settle()
    return child


def knows(hub: Program, organisation: str, child: str) -> bool:
    """Whether an organisation is shown what the first town stated of the child."""
    entries = hub.queries.timeline(reader(organisation), child).items
    return "child_file.classified.v2" in {each.topic for each in entries}


def test_the_new_town_sees_the_child_from_the_announcement_on(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    assert not knows(hub, OTHER_TOWN, child)
    announced(hub)
    assert knows(hub, OTHER_TOWN, child)
    file = hub.queries.child_file(reader(OTHER_TOWN), child)
    assert file is not None
    assert file.fields["name"] == pupil(1)["name"]
    assert knows(hub, TOWN, child), "until it is confirmed"


def test_with_the_confirmation_it_is_the_new_towns_and_no_more_the_old_ones(hub: Program) -> None:
    child = announced(hub)
    moved = {**pupil(1), "village": OTHER_VILLAGE_CODE}
    send(hub, OTHER_TOWN, "town.residence", resident(moved, OTHER_VILLAGE_CODE, since="2025-03-01"))
    hub.settle()
    assert knows(hub, OTHER_TOWN, child)
    entries = hub.queries.timeline(reader(TOWN), child).items
    assert {each.producer for each in entries} == {TOWN}, "its own words it keeps"
    assert hub.queries.silence(reader(TOWN)).items == (), "and is told that it was taken over"


def test_a_school_is_not_told_where_its_pupil_lives_by_a_move_it_announced(hub: Program) -> None:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    child = UUID(child_of(hub, pupil(1)))
    hub.hub.command(AnnounceMove(child_ref=child, receivers=(OTHER_TOWN,)), actor(SCHOOL))
    moved = {**pupil(1), "village": OTHER_VILLAGE_CODE}
    send(hub, OTHER_TOWN, "town.residence", resident(moved, OTHER_VILLAGE_CODE, since="2025-03-01"))
    hub.settle()
    with hub.projector.view(Seat.SCHOOL).engine.begin() as connection:
        held = set(connection.execute(select(FACTS.c.topic)).scalars())
    assert "move.announced.v1" in held
    assert "move.confirmed.v1" not in held


def test_what_is_withdrawn_is_seen_no_more(hub: Program) -> None:
    child = announced(hub)
    hub.hub.command(WithdrawMove(child_ref=UUID(child)), actor(TOWN))
    assert not knows(hub, OTHER_TOWN, child), "at the door, whatever the view still holds"
    hub.settle()
    assert not knows(hub, OTHER_TOWN, child)


def test_one_move_that_ends_stops_the_clock_of_no_other(hub: Program) -> None:
    """The town takes its own announcement back; the one to the school expires all the same, and
    once nothing is open the clock asks no more."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    hub.settle()
    child = UUID(announced(hub))
    to_school = AnnounceMove(child_ref=child, receivers=(OTHER_SCHOOL,))
    hub.hub.command(to_school, actor(EDUCATION))
    hub.hub.command(WithdrawMove(child_ref=child), actor(TOWN))
    at(hub, START + timedelta(days=60))
    hub.reactor.tick()
    assert topics(hub).count("move.expired.v1") == 1
    hub.hub.command(to_school, actor(EDUCATION))
    hub.hub.command(WithdrawMove(child_ref=child), actor(EDUCATION))
    at(hub, START + timedelta(days=120))
    hub.reactor.tick()
    assert topics(hub).count("move.expired.v1") == 1
    with hub.reactor._engine.begin() as connection:
        watched = connection.execute(select(RUNNING.c.kind)).scalars().all()
    assert "move" not in watched


@pytest.mark.parametrize("organisation", [OTHER_TOWN, SCHOOL])
def test_nobody_moves_a_child_that_is_not_its_own(hub: Program, organisation: str) -> None:
    told = set()
    for child in (child_of(hub, pupil(1)), "00000000-0000-4000-8000-000000000001"):
        move = AnnounceMove(child_ref=UUID(child), receivers=(OTHER_TOWN,))
        with pytest.raises(Refused) as refused:
            hub.hub.command(move, actor(organisation))
        told.add((refused.value.code, refused.value.text))
    assert len(told) == 1


def test_no_move_is_announced_to_who_is_no_organisation(hub: Program) -> None:
    child = UUID(child_of(hub, pupil(1)))
    with pytest.raises(Refused) as refused:
        hub.hub.command(
            AnnounceMove(child_ref=child, receivers=(OTHER_TOWN, "town:1")), actor(TOWN)
        )
    assert refused.value.code == "NO_SUCH_ORGANISATION"
