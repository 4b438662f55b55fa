"""Joined files, families, notices and absences, with every table on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import ProgrammingError

from domain.away import DeclareAway, StandIn
from domain.indicator import Figure
from domain.organisations import Organisation, Post
from hub.bootstrap import Program, reacting
from hub.settings import Settings
from tests.application.test_family import do, sharing, stated, suspected, told
from tests.application.test_indicators import END, paired
from tests.application.test_merge import join, part, seen, two_files
from tests.application.test_notices import on_duty, reported, sent
from tests.application.test_returns import JANUARY, OFFICE, goes_through, line
from tests.erasure.office import erase
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    actor,
    at,
    child_of,
    pupil,
    reader,
    resident,
    running,
    send,
)
from tests.system.backends import use

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Program]:
    use("postgresql", request, monkeypatch)
    with running(tmp_path / "data") as made:
        yield made


def test_two_files_are_joined_and_parted(hub: Program) -> None:
    older, newer = two_files(hub)
    apart = {each: seen(hub, CIVIL_AFFAIRS, each) for each in (older, newer)}
    join(hub, older, newer)
    joined = seen(hub, CIVIL_AFFAIRS, older)
    assert joined == seen(hub, CIVIL_AFFAIRS, newer)
    assert joined >= (apart[older] | apart[newer]) - {"duplicate.suspected.v1"}
    part(hub, older, newer)
    for each, before in apart.items():
        after = seen(hub, CIVIL_AFFAIRS, each)
        assert {t for t in after if "merged" not in t and not t.startswith("duplicate.")} == {
            t for t in before if not t.startswith("duplicate.")
        }


def test_a_family_is_proposed_stated_and_told(hub: Program) -> None:
    one, other, third = sharing(hub, 1, 2, 3)
    assert sorted(map(sorted, suspected(hub))) == sorted(
        map(sorted, ([one, other], [one, third], [other, third]))
    )
    do(hub, stated(one, other), VILLAGE)
    assert {one, other} not in suspected(hub)
    assert told(hub, VILLAGE, other) == [("SIBLING", "STATED", one)]
    assert told(hub, SCHOOL, other) == []


def test_whoever_is_on_duty_is_told_and_a_village_hands_its_visits_over(hub: Program) -> None:
    """As on a data folder, and by the role that sends: it reads the roster and writes nothing."""
    on_duty(hub, STATION, "u-night")
    reported(hub)
    (notice,) = sent(hub)
    assert (notice["organisation"], notice["user"]) == (STATION, "u-night")
    with reacting(hub.folder.root, Settings()) as sender:
        reached, *_ = sender.roster.reachable(STATION, Post.DUTY, hub.clock.now(), ())
        assert reached.user == "u-night"
        assert [each.state for each in sender.notices.listed()] == ["sent"]
        with pytest.raises(ProgrammingError):
            sender.roster.state_number(STATION, "021-57000000")
    send(hub, TOWN, "town.residence", resident(pupil(2), categories="孤儿"))
    hub.hub.command(
        DeclareAway(
            organisation=VILLAGE,
            since=START.date(),
            until=START.date() + timedelta(days=5),
            stand_in=StandIn.TOWN,
        ),
        actor(VILLAGE),
    )
    hub.settle()
    assert {each.owner for each in hub.queries.visits_due(reader(TOWN)).items} == {TOWN}
    at(hub, START + timedelta(days=7))
    hub.settle()
    assert {each.owner for each in hub.queries.visits_due(reader(TOWN)).items} == {VILLAGE}


def test_indicators_are_counted_and_returned(hub: Program) -> None:
    """The same figures as on files; of an erased child the number stays, and nothing names it."""
    paired(hub, *range(1, 8))
    child = child_of(hub, pupil(1))
    exact = hub.indicators.count("children_paired", 2025, END)
    assert exact[0] == Figure(7)
    assert erase(hub, UUID(child)).receipt is not None
    assert hub.indicators.count("children_paired", 2025, END) == exact
    hub.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])
    at(hub, JANUARY)
    goes_through(hub, EDUCATION, OFFICE)
    assert line(hub, OFFICE, EDUCATION, "children_paired").words == "7人次"
