"""Finding a child: tags that cannot be joined, and numbers that cannot be tried through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.identity import IdentityClaim
from hub.bootstrap import Program
from hub.encryption import match_index as hubs
from hub.queries import TooManySearches
from hub.searching import tables
from hub.searching.index import OwnIndex
from hub.searching.limit import SearchLimit
from hub.storage.sqlite import FolderStorage
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    TOWN,
    a_name,
    an_id_number,
    birth_date,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)
from tests.storage.opening import select

pytestmark = pytest.mark.adversary

WHO = (SCHOOL, TOWN, EDUCATION, CIVIL_AFFAIRS)
CHILDREN = range(1, 13)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def _searched(hub: Program) -> None:
    """Children whom four organisations have in their views, and each has looked for."""
    for number in CHILDREN:
        send(hub, TOWN, "town.residence", resident(pupil(number)))
        send(hub, EDUCATION, "education.roll", enrolled(pupil(number)))
    hub.settle()
    for organisation in WHO:
        for number in CHILDREN:
            claim = IdentityClaim(a_name(number), birth_date(number), an_id_number(number))
            assert len(hub.queries.search(reader(organisation), claim)) == 1
            hub.searches.rules = hub.searches.rules.model_copy(update={"a_minute": 10**6})


def _joined(hub: Program) -> int:
    """How many numbers' tags a thief of every database finds at two organisations, or at one and
    in the hub's own index."""
    storage = FolderStorage(hub.folder.root)
    rows = select(storage, tables.AREA, "SELECT organisation, tag FROM own_tag WHERE kind = 1")
    at: dict[bytes, set[str]] = defaultdict(set)
    for organisation, tag in rows:
        at[bytes(tag)].add(organisation)
    for (tag,) in select(storage, hubs.AREA, "SELECT tag FROM id_tag"):
        at[bytes(tag)].add("hub")
    assert {each for places in at.values() for each in places} == {*WHO, "hub"}
    return sum(len(places) > 1 for places in at.values())


@pytest.mark.attack(15)
def test_tags_of_two_organisations_cannot_be_joined(hub: Program) -> None:
    _searched(hub)
    assert _joined(hub) == 0


@pytest.mark.attack(15, broken="a key of each organisation's own")
def test_under_one_key_tags_would_join(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.queries._own_index, "_key_of", lambda organisation: bytes(32))
    _searched(hub)
    assert _joined(hub) == len(CHILDREN)


def _name_tags_joined(hub: Program) -> float:
    """The share of children whose name's tag is the same at school and town."""
    rows = select(
        FolderStorage(hub.folder.root),
        tables.AREA,
        "SELECT organisation, child_ref, tag FROM own_tag WHERE kind = 2",
    )
    tags = {(organisation, child): bytes(tag) for organisation, child, tag in rows}
    children = {child for _, child in tags}
    same = [child for child in children if tags[SCHOOL, child] == tags[TOWN, child]]
    return len(same) / len(children)


@pytest.mark.attack(15)
def test_nor_do_the_cut_tags_of_names_tell_who_is_the_same(hub: Program) -> None:
    """One in 16384 agrees by chance, as with any other child."""
    _searched(hub)
    assert _name_tags_joined(hub) < 0.3


@pytest.mark.attack(15, broken="a key of each organisation's own")
def test_under_one_key_the_tags_of_names_would_tell(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub.queries._own_index, "_key_of", lambda organisation: bytes(32))
    _searched(hub)
    assert _name_tags_joined(hub) == 1


def _tried(hub: Program) -> int:
    """How many numbers of one birthday somebody tries before being stopped, at every door by which
    one may ask for a child, in two processes at once."""
    ask = reader(EDUCATION)
    tried = 0
    with running(hub.folder.root) as another:
        for order in range(300):
            program = (hub, another)[order % 2]
            queries = program.queries
            door = (queries.find_child, queries.search, queries.case_status)[order % 3]
            try:
                door(ask, IdentityClaim("", id_number=an_id_number(order)))
            except TooManySearches:
                continue
            tried += 1
    return tried


@pytest.mark.attack(15)
def test_numbers_cannot_be_tried_through(hub: Program) -> None:
    assert _tried(hub) == hub.policies.rules.matching.search.a_minute


@pytest.mark.attack(15, broken="a count that every process shares")
def test_a_count_in_each_process_would_give_as_many_tries_as_processes(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: dict[int, int] = defaultdict(int)

    def take(self: SearchLimit, person: str, now: object) -> None:
        counts[id(self)] += 1
        if counts[id(self)] > self.rules.a_minute:
            raise TooManySearches(1)

    monkeypatch.setattr(SearchLimit, "take", take)
    assert _tried(hub) == 2 * hub.policies.rules.matching.search.a_minute


def test_the_index_of_one_organisation_answers_no_other(hub: Program) -> None:
    """Not even one that has the tables and asks the index itself."""
    _searched(hub)
    index: OwnIndex = hub.queries._own_index
    found = {
        organisation: index.find(
            organisation, id_number=an_id_number(1), name=a_name(1), birth_year=2015
        )
        for organisation in (SCHOOL, "school:3101170002")
    }
    assert len(found[SCHOOL]) == 1
    assert found["school:3101170002"] == []
