"""The feed of every organisation of a whole job: the door of the hub through which an agency's own
worker looks. It holds what the organisation's view holds, and nothing that anybody could read.

Source: architecture, "Scopes"; privacy design, "Attacks that must fail" 3 and 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from pydantic_core import from_json

from domain.organisations import seat_of
from hub.bootstrap import Program
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from hub.feeds.outbox import Kind
from tests.adversary.job import Job
from tests.adversary.scan import Scanner
from tests.program import EDUCATION, POLICE, SCHOOL, STATION
from tests.projections.feeds import Feeds, closings, dense, read_all, reader, rows_of

pytestmark = pytest.mark.adversary

STEP = 9
"""Facts between one look at the log and the next: scopes open and close in between."""


class Until:
    """The log, of which ``facts`` are all, when it had come to a position."""

    def __init__(self, store: EventStore, facts: Sequence[Fact], position: int) -> None:
        self._store = store
        self._facts = facts
        self._position = position

    def feed(self, after: int, limit: int) -> list[Fact]:
        there = (each for each in self._facts if after < each.position <= self._position)
        return list(islice(there, limit))

    def history(self, subjects: Sequence[UUID], upto: int) -> list[Fact]:
        return self._store.history(subjects, min(upto, self._position))

    @property
    def position(self) -> int:
        return self._position


def everybody(hub: Program) -> list[str]:
    return [each.id for each in hub.directory.organisations()]


def followed(hub: Program, feeds: Feeds, step: int) -> None:
    """Every organisation's feed, from the first fact on."""
    for organisation in everybody(hub):
        feeds.register(organisation)
    facts = hub.store.feed(0, 1_000_000)
    seats = {seat_of(each): each for each in everybody(hub)}
    for one_of_its_seat in seats.values():
        follower = feeds.following(one_of_its_seat)
        for position in (*range(step, hub.store.position, step), hub.store.position):
            follower.step(Until(hub.store, facts, position))


@pytest.fixture(scope="module")
def fed(
    looked_at: Program, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Program, Feeds, Path]:
    folder = tmp_path_factory.mktemp("fed")
    feeds = Feeds(folder)
    followed(looked_at, feeds, STEP)
    return looked_at, feeds, folder


def test_every_organisations_feed_makes_its_view(
    fed: tuple[Program, Feeds, Path], tmp_path: Path
) -> None:
    hub, feeds, _ = fed
    held = closed = 0
    for organisation in everybody(hub):
        told = feeds.sent(organisation)
        assert dense(told)
        worker = reader(organisation, tmp_path / "view.sqlite")
        read_all(worker, feeds)
        hubs = rows_of(hub.projector.view(seat_of(organisation)).engine, organisation)
        assert rows_of(worker.engine, organisation) == hubs, organisation
        held += len(hubs["facts"])
        closed += len(closings(told))
        worker.close()
        for file in tmp_path.iterdir():
            file.unlink()
    assert held > 500
    assert closed > 10, "nothing ever closed"


def test_registered_at_the_end_it_is_the_same(
    fed: tuple[Program, Feeds, Path], tmp_path: Path
) -> None:
    hub, _, _ = fed
    with closing(Feeds(tmp_path)) as late:
        for organisation in everybody(hub):
            late.register(organisation)
        for organisation in everybody(hub):
            late.following(organisation).step(hub.store)
            assert closings(late.sent(organisation)) == []
            worker = reader(organisation)
            read_all(worker, late)
            hubs = rows_of(hub.projector.view(seat_of(organisation)).engine, organisation)
            assert rows_of(worker.engine, organisation) == hubs, organisation
            worker.close()


def test_no_feed_tells_a_child_that_its_organisation_never_saw(
    fed: tuple[Program, Feeds, Path],
) -> None:
    hub, feeds, _ = fed
    for organisation in everybody(hub):
        seen: set[str] = set()
        for told in feeds.sent(organisation):
            if told.kind is Kind.FACT:
                assert from_json(told.payload)["organisation"] == organisation
                seen.add(told.subject)
            else:
                assert told.subject in seen


@pytest.mark.parametrize("organisation", [SCHOOL, EDUCATION])
def test_a_schools_and_educations_feed_never_held_what_the_police_wrote_of_harm(
    fed: tuple[Program, Feeds, Path], organisation: str
) -> None:
    """At no time: also not between an opening and a closing. Beside what is said to itself, the
    feedback to a report of its own."""
    hub, feeds, _ = fed
    polices = {
        fact.position: fact
        for fact in hub.store.feed(0, 1_000_000)
        if fact.producer in (POLICE, STATION)
        and fact.category == "harm"
        and fact.clear.get("told_to") != organisation
    }
    assert polices
    for told in feeds.sent(organisation):
        if told.kind is Kind.FACT:
            row = from_json(told.payload)
            if row["position"] in polices:
                assert row["by"] in ("status", "flag")
                assert all(entry[1] for entry in row["sealed"].values())


def test_nothing_in_the_area_of_feeds_can_be_read(
    fed: tuple[Program, Feeds, Path], done: Job
) -> None:
    _, feeds, folder = fed
    values = {secret.text for secret in done.secrets if not secret.flag} - {"LEFT_BEHIND_RURAL"}
    assert len(values) > 150
    assert sum(len(told.payload) for told in feeds.sent(SCHOOL)) > 10_000
    assert Scanner(values).folder(folder) == []
