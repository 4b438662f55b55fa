"""Who is told of an unusual look at a child, and who must not learn even that somebody looked.

Source: privacy design, "Who looked": the child's responsible worker is told of an unusual look-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    OTHER_TOWN,
    OTHER_VILLAGE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, TOWN, "town.residence", resident(pupil(1)))
        send(made, EDUCATION, "education.roll", enrolled(pupil(1)))
        made.settle()
        yield made


def told(hub: Program, organisation: str) -> list[tuple[str, str]]:
    hub.watch.look()
    page = hub.queries.unusual_looks(reader(organisation))
    return [(each.organisation, each.kinds) for each in page.items]


def test_a_look_at_night_is_told_to_village_town_and_oversight(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    at(hub, START + timedelta(hours=15))
    assert hub.queries.child_file(reader(SCHOOL), child)
    at(hub, START + timedelta(hours=24))
    for organisation in (VILLAGE, TOWN, CIVIL_AFFAIRS):
        assert told(hub, organisation) == [(SCHOOL, "night")], organisation
    for organisation in (SCHOOL, OTHER_VILLAGE, OTHER_TOWN, EDUCATION, STATION):
        assert told(hub, organisation) == [], organisation


def test_a_look_for_a_child_who_is_not_ones_own_is_told(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    assert hub.queries.child_file(reader(OTHER_SCHOOL), child) is None
    assert told(hub, VILLAGE) == [(OTHER_SCHOOL, "outside")]


def test_that_the_police_looked_is_told_to_oversight_alone(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    hub.queries.timeline(reader("justice:310117"), child)
    at(hub, START + timedelta(hours=15))
    hub.queries.timeline(reader(STATION), child)
    hub.queries.child_file(reader("court:310117"), child)
    assert told(hub, VILLAGE) == told(hub, TOWN) == []
    assert {who for who, _ in told(hub, CIVIL_AFFAIRS)} == {
        "justice:310117",
        "court:310117",
        STATION,
    }


def test_being_told_is_a_look_as_well(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    hub.queries.child_file(reader(OTHER_SCHOOL), child)
    told(hub, VILLAGE)
    newest = hub.audit.newest(1)[0]
    assert (newest.action, newest.child_ref) == ("unusual_looks", child)
    told(hub, OTHER_VILLAGE)
    newest = hub.audit.newest(1)[0]
    assert (newest.action, newest.child_ref) == ("unusual_looks", "")


def test_pages_follow_each_other(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    for _ in range(5):
        hub.queries.child_file(reader(OTHER_SCHOOL), child)
    hub.watch.look()
    seen, before = [], None
    while True:
        page = hub.queries.unusual_looks(reader(TOWN), before=before, limit=2)
        seen += [each.seq for each in page.items]
        if page.next_cursor is None:
            break
        before = int(page.next_cursor)
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


# Who opened this child's file


def lookers(hub: Program, organisation: str, child: str) -> set[str]:
    return {each.organisation for each in hub.queries.access_log(reader(organisation), child)}


def test_the_town_sees_who_opened_the_file_except_those_who_must_not_show(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    for organisation in (SCHOOL, VILLAGE, TOWN, CIVIL_AFFAIRS, STATION, "police:310117"):
        hub.queries.child_file(reader(organisation), child)
        hub.queries.timeline(reader(organisation), child)
    assert {SCHOOL, VILLAGE, TOWN, CIVIL_AFFAIRS} <= lookers(hub, TOWN, child)
    assert not {STATION, "police:310117", "hub:310117"} & lookers(hub, TOWN, child)
    assert lookers(hub, SCHOOL, child) == {SCHOOL}
    assert lookers(hub, OTHER_TOWN, child) == set()
    assert {STATION, SCHOOL} <= lookers(hub, CIVIL_AFFAIRS, child)


def test_a_look_at_what_the_town_cannot_see_is_not_shown_to_it(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    for categories in (["harm"], ["who", "orders"], ["health", "means"], ["reporter"]):
        hub.queries._keyservice.note(reader(CIVIL_AFFAIRS), {child: categories}, "timeline")
    shown = hub.queries.access_log(reader(TOWN), child)
    seen = {each.categories for each in shown if each.organisation == CIVIL_AFFAIRS}
    assert not any("harm" in each or "orders" in each or "reporter" in each for each in seen)
