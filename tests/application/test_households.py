"""A suspected guardian is suspected towards every child of the family, as far as a person confirmed
that they are of one.

Source: privacy design, Who may: if the suspected person is a guardian, every guardian-side notice,
view and consent request is suppressed, and their telephone and address leave every call list.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.child_file import CHILD_FILE, ChildFile
from domain.family_link import ConfirmFamilyLink, EndFamilyLink, StateFamilyLink
from hub import households
from hub.bootstrap import Program
from hub.reaction_tables import POSITIONS
from tests.application.test_suspects import found, reached, report
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_TOWN,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    SCHOOL_NAME,
    TOWN,
    VILLAGE,
    actor,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

pytestmark = pytest.mark.slow

ALL = {"guardian_name", "guardian_phone", "address"}


class Family:
    """A pupil of the first town, and its sister in the other one."""

    def __init__(self, hub: Program) -> None:
        self.hub = hub
        send(hub, TOWN, "town.residence", resident(pupil(1)))
        send(hub, OTHER_TOWN, "town.residence", resident(pupil(2), OTHER_VILLAGE_CODE))
        for number in (1, 2):
            send(hub, "education:310117", "education.roll", enrolled(pupil(number), SCHOOL_NAME))
        hub.settle()
        self.child, self.sister = (child_of(hub, pupil(number)) for number in (1, 2))
        self.pair: dict[str, Any] = {
            "child_ref": UUID(self.child),
            "other": UUID(self.sister),
            "link": "SIBLING",
        }

    def stated(self) -> None:
        self.hub.hub.command(StateFamilyLink(**self.pair), actor(VILLAGE))
        self.hub.settle()

    def confirmed(self) -> None:
        confirm = ConfirmFamilyLink(**self.pair, ground="DOCUMENT")
        self.hub.hub.command(confirm, actor(CIVIL_AFFAIRS))
        self.hub.settle()

    def suspected(self, **cells: str) -> str:
        cells = {"suspect_relation": "父母或其他监护人", **cells}
        return report(self.hub, self.child, **cells)

    def towns(self) -> set[str]:
        """What the sister's own town is shown of how their guardian is reached."""
        return reached(self.hub, OTHER_TOWN, self.sister)


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    with running(tmp_path / "data") as hub:
        yield Family(hub)


@pytest.mark.parametrize("first", ["link", "suspicion"])
def test_the_guardian_is_called_about_neither_of_the_two(family: Family, first: str) -> None:
    """Given two children of one family, of whom the one's guardian is the suspect / then how that
    guardian is reached is told of the other one neither; who sees only that one is told nothing
    of the first."""
    family.stated()
    assert family.towns() == ALL
    if first == "link":
        family.confirmed()
        number = family.suspected()
    else:
        number = family.suspected()
        assert family.towns() == ALL, "what is merely stated tells nobody anything"
        family.confirmed()
    assert family.towns() == set()
    timeline = family.hub.queries.timeline(reader(OTHER_TOWN), family.sister)
    assert timeline is not None
    for hidden in (number, family.child):
        assert hidden not in repr(timeline)


def test_it_comes_back_with_the_suspicion_and_with_the_link(family: Family) -> None:
    family.confirmed()
    number = family.suspected()
    found(
        family.hub, number, finding="排除", relation="父母或其他监护人", account="（示例）查明不是"
    )
    assert family.towns() == ALL
    found(family.hub, number, finding="涉嫌", relation="父母或其他监护人")
    assert family.towns() == set()
    end = EndFamilyLink(**family.pair, ground="GUARDIAN_CHANGED")
    family.hub.hub.command(end, actor(CIVIL_AFFAIRS))
    family.hub.settle()
    assert family.towns() == ALL
    assert reached(family.hub, TOWN, family.child) == set()


def test_what_is_noted_because_of_another_child_goes_no_further_and_not_back(
    family: Family,
) -> None:
    """Else it would keep itself up: the one because of the other, and the other of the one."""
    family.confirmed()
    found(
        family.hub,
        family.suspected(),
        finding="排除",
        relation="父母或其他监护人",
        account="（示例）查明不是",
    )
    for child in (family.child, family.sister):
        file: ChildFile = family.hub.store.load(CHILD_FILE, UUID(child)).state
        assert not file.suspicions


def test_a_conflicted_school_is_not_conflicted_about_the_sister(family: Family) -> None:
    family.confirmed()
    family.suspected(suspect_relation="其他单位工作人员", suspect_unit=SCHOOL_NAME)
    assert family.hub.queries.child_file(reader(SCHOOL), family.child) is None
    assert reached(family.hub, OTHER_TOWN, family.sister) == ALL
    assert family.hub.queries.child_file(reader(SCHOOL), family.sister) is not None


def test_families_that_were_known_before_they_were_followed_are_followed_once(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a hub of a release that noted nothing of families, with a suspected guardian and a
    confirmed link / when this release goes on with it / then the guardian is called about neither,
    and once that is done it is not done again."""
    with monkeypatch.context() as before:
        before.setattr(households, "SAID_BY", frozenset())
        family.confirmed()
        family.suspected()
        assert family.towns() == ALL
    hub = family.hub
    with hub.reactor._engine.execution_options(writing=True).begin() as connection:
        connection.execute(POSITIONS.delete().where(POSITIONS.c.name.startswith("suspected")))
    with running(hub.folder.root) as upgraded:
        upgraded.settle()
        assert reached(upgraded, OTHER_TOWN, family.sister) == set()
        position = upgraded.store.position
        read: list[int] = []
        feed = upgraded.reactor._log.feed

        def reading(after: int, limit: int) -> list[Any]:
            read.append(after)
            return feed(after, limit)

        monkeypatch.setattr(upgraded.reactor._log, "feed", reading)
        upgraded.reactor._families_followed = False
        upgraded.reactor.react()
        assert upgraded.store.position == position
        assert 0 not in read, "it begins at the log's beginning no more"


def test_were_links_not_followed_the_other_town_would_call_the_guardian(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(households, "SAID_BY", frozenset())
    family.confirmed()
    family.suspected()
    assert family.towns() == ALL
