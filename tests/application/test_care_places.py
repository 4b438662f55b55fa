"""Where children are cared for, and their hand-over, on a whole program: plan 二2 (P16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Organisation, Seat, district_organisation
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
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
    take,
)

pytestmark = pytest.mark.slow

CHILD = pupil(1)
NUMBER_ONLY = {name: CHILD[name] for name in ("name", "id_number")}
INSTITUTION = "welfare_institution:3101170001"
OFFICE = district_organisation(Seat.WOMEN_CHILDREN_OFFICE)
THINGS, PILLS = "（示例）书包一个", "（示例）感冒药"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations(
            [Organisation(INSTITUTION, "示例儿童福利院"), Organisation(OFFICE, "示例妇儿工委办")]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        beds = {"since": "2025-03-01", "services": "养育、教育、医疗、心理"}
        for by, facility, count in (
            (INSTITUTION, "儿童福利机构", "20"),
            (INSTITUTION, "未成年人救助保护机构", "6"),
            (TOWN, "街镇临时照料", "2"),
        ):
            line = {**beds, "facility": facility, "beds": count}
            send(program, by, "welfare_institution.beds", line)
        yield program


def place(hub: Program) -> None:
    placed = {
        **NUMBER_ONLY,
        "placed_on": "2025-03-03",
        "situation": "紧急安置",
        "care": "机构照料",
        "facility": "儿童福利机构",
        "place": "示例儿童福利院",
    }
    send(hub, CIVIL_AFFAIRS, "civil_affairs.placement", placed)
    settle(hub)


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def free(hub: Program, organisation: str) -> dict[str, tuple[int, int]]:
    settle(hub)
    found = hub.queries.care_places(reader(organisation))
    return {each.facility: (each.beds, each.free) for each in found}


def receipt(direction: str, day: str) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "direction": direction,
        "handed_on": day,
        "gave": "（示例）民警",
        "received": "（示例）照料员",
        "things": THINGS,
        "medicines": PILLS,
    }


def late(hub: Program, organisation: str) -> set[str]:
    settle(hub)
    return {each.kind for each in hub.queries.overdue(reader(organisation)).items}


def test_p16_free_beds_follow_from_placements_and_are_told_to_who_places(hub: Program) -> None:
    """Civil affairs see every place, each place itself, and nobody else any; who is in it is in
    no answer."""
    every = {"CHILD_WELFARE": (20, 20), "PROTECTION": (6, 6), "TOWN_CARE": (2, 2)}
    assert free(hub, CIVIL_AFFAIRS) == every
    place(hub)
    assert free(hub, CIVIL_AFFAIRS) == {**every, "CHILD_WELFARE": (20, 19)}
    assert free(hub, TOWN) == {"TOWN_CARE": (2, 2)}
    assert set(free(hub, INSTITUTION)) == {"CHILD_WELFARE", "PROTECTION"}
    for organisation in (OTHER_TOWN, VILLAGE, SCHOOL, EDUCATION, POLICE, OFFICE):
        assert free(hub, organisation) == {}
    told = str(hub.queries.care_places(reader(CIVIL_AFFAIRS)))
    assert child_of(hub, CHILD) not in told
    assert CHILD["name"] not in told


def test_p16_a_placement_without_a_receipt_is_silent_until_it_is_given(hub: Program) -> None:
    place(hub)
    at(hub, hub.clock.now() + timedelta(days=4))
    assert "arrival_receipt" in late(hub, INSTITUTION)
    foreign = take(hub, TOWN, "welfare_institution.hand_over", receipt("接收入住", "2025-03-03"))
    assert [each.code for each in foreign.faults] == ["HAND_OVER_NOT_YOURS"]
    send(hub, INSTITUTION, "welfare_institution.hand_over", receipt("接收入住", "2025-03-03"))
    assert "arrival_receipt" not in late(hub, INSTITUTION)
    child = child_of(hub, CHILD)
    read = {}
    for each in (INSTITUTION, CIVIL_AFFAIRS, TOWN, SCHOOL):
        told = str(
            [one.fields for one in hub.queries.timeline(reader(each), child, limit=200).items]
        )
        read[each] = {text for text in (THINGS, PILLS) if text in told}
    assert read == {
        INSTITUTION: {THINGS, PILLS},
        CIVIL_AFFAIRS: {THINGS},
        TOWN: {THINGS},
        SCHOOL: set(),
    }
