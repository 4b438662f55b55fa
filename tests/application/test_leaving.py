"""Leaving the district (迁出本区): reach ends with the receiver's signed letter and not before.

Source: domain reference §10, invariant 7: moving out of the area transfers the file by task, then
cuts access; architecture, Scopes: moving to another town, school or district moves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel import Refused
from domain.leaving import LeaveDistrict
from domain.organisations import HUB
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_TOWN,
    START,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    admonished,
    at,
    child_of,
    pupil,
    reader,
    resident,
    running,
    send,
)

TODAY = date(2025, 3, 3)
LETTER = "（外区）接收回执〔2025〕7号"
HERE = (TOWN, VILLAGE)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        send(made, TOWN, "town.residence", {**resident(pupil(1)), "categories": "农村留守儿童"})
        send(made, STATION, "police.admonition", admonished(pupil(1)))
        made.settle()
        yield made


def leave(hub: Program, by: str = TOWN, **changes: Any) -> None:
    said = {"since": TODAY, "receiver": "示例外区街道", "letter": LETTER, **changes}
    child = UUID(child_of(hub, pupil(1)))
    hub.hub.command(LeaveDistrict(child_ref=child, **said), actor(by))
    hub.settle()


def topics(hub: Program, organisation: str) -> set[tuple[str, str]]:
    child = child_of(hub, pupil(1))
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return {(each.topic, each.producer) for each in entries}


def owed(hub: Program) -> list[str]:
    return [each.kind for each in hub.queries.visits_due(reader(VILLAGE)).items]


def test_until_a_letter_is_recorded_everything_stands(hub: Program) -> None:
    before = {each: topics(hub, each) for each in HERE}
    for wrong in ({"letter": " "}, {"receiver": ""}):
        with pytest.raises(Refused, match="LEAVING_LETTER"):
            leave(hub, **wrong)
    with pytest.raises(Refused, match="LEAVING_DAY"):
        leave(hub, since=TODAY + timedelta(days=1))
    assert {each: topics(hub, each) for each in HERE} == before
    assert owed(hub)


def test_only_the_childs_own_town_records_it(hub: Program) -> None:
    for by in (OTHER_TOWN, VILLAGE):
        with pytest.raises(Refused, match="LEAVING_NOT_YOURS"):
            leave(hub, by)


def test_with_the_letter_the_standing_of_town_village_and_beat_ends(hub: Program) -> None:
    assert any(producer == STATION for _, producer in topics(hub, VILLAGE))
    leave(hub)
    for organisation in HERE:
        # What each recorded itself it keeps, and what was asked of it.
        assert {producer for _, producer in topics(hub, organisation)} <= {organisation, HUB}
    # Nobody visits a child that lives elsewhere.
    assert owed(hub) == []
    child = child_of(hub, pupil(1))
    (left,) = (
        each
        for each in hub.queries.timeline(reader(CIVIL_AFFAIRS), child).items
        if each.topic == "child_file.district_left.v1"
    )
    assert left.fields["letter"] == LETTER
    assert LETTER not in str([fact.clear for fact in hub.store.feed(0, 1000)])


def test_who_left_waits_on_nobodys_list_of_unconfirmed_children(hub: Program) -> None:
    leave(hub)
    assert hub.queries.unassigned(reader(CIVIL_AFFAIRS)).items == ()


def test_who_left_is_not_seen_after_it_at_the_door_either(hub: Program) -> None:
    """Before any view has followed."""
    child = UUID(child_of(hub, pupil(1)))
    said: dict[str, Any] = {"since": TODAY, "receiver": "示例外区街道", "letter": LETTER}
    hub.hub.command(LeaveDistrict(child_ref=child, **said), actor(TOWN))
    later = send(hub, STATION, "police.admonition", admonished(pupil(1), number=2))
    hub.settle()
    assert later.position
    stated = {t for t, producer in topics(hub, VILLAGE) if producer == STATION}
    assert stated == set()


def test_who_comes_back_is_the_towns_again(hub: Program) -> None:
    leave(hub)
    at(hub, START + timedelta(days=3))
    send(hub, TOWN, "town.residence", resident(pupil(1), VILLAGE_CODE, since="2025-03-05"))
    hub.settle()
    assert any(producer == STATION for _, producer in topics(hub, VILLAGE))
