"""服务计划, on a whole program: plan 二2 (P16). Each part is read by whoever carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.organisations import Organisation, Seat, district_organisation
from domain.referral import AcceptReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    TOWN,
    VILLAGE,
    actor,
    approve,
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
HEALTH = district_organisation(Seat.HEALTH)
INSTITUTION = "welfare_institution:3101170001"
PARTS = CARE, LEARN, HEAL, TALK = (
    "（示例）固定照料人",
    "（示例）就近入学",
    "（示例）复诊",
    "（示例）辅导",
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations(
            [Organisation(INSTITUTION, "示例儿童福利院"), Organisation(HEALTH, "示例卫健委")]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def place(hub: Program, facility: str = "儿童福利机构", where: str = "示例儿童福利院") -> None:
    placed = {
        **NUMBER_ONLY,
        "placed_on": "2025-03-03",
        "situation": "紧急安置",
        "care": "机构照料",
        "facility": facility,
        "place": where,
    }
    send(hub, CIVIL_AFFAIRS, "civil_affairs.placement", placed)
    settle(hub)


def plan(day: str = "2025-03-03", **changes: str) -> dict[str, Any]:
    return {
        **NUMBER_ONLY,
        "set_on": day,
        "care_plan": CARE,
        "education_plan": LEARN,
        "medical_plan": HEAL,
        "psychology_plan": TALK,
        **changes,
    }


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def told(hub: Program, organisation: str) -> str:
    child = child_of(hub, CHILD)
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return str([(each.title, each.fields) for each in entries])


def inbox(hub: Program, organisation: str) -> list[str]:
    return sorted(each.kind for each in hub.queries.inbox(reader(organisation)).items)


def late(hub: Program, organisation: str) -> list[str]:
    settle(hub)
    return [each.kind for each in hub.queries.overdue(reader(organisation)).items]


def accept_all(hub: Program, organisation: str) -> None:
    for each in hub.queries.inbox(reader(organisation)).items:
        if each.state == "requested":
            hub.hub.command(AcceptReferral(referral_id=UUID(each.id)), actor(organisation))
    settle(hub)


def test_each_part_is_read_by_whoever_carries_it_out(hub: Program) -> None:
    """养育、教育、医疗、心理: health reads its two, education its own, the village what it reads of
    the case; the school is told nothing, and so not that its pupil is placed."""
    place(hub)
    send(hub, INSTITUTION, "welfare_institution.service_plan", plan())
    settle(hub)
    assert "plan_schooling" in inbox(hub, EDUCATION)
    assert inbox(hub, HEALTH) == ["plan_medical_care", "plan_psychology"]
    for organisation in (EDUCATION, HEALTH):
        accept_all(hub, organisation)
    read = {
        organisation: {each for each in PARTS if each in told(hub, organisation)}
        for organisation in (INSTITUTION, EDUCATION, HEALTH, CIVIL_AFFAIRS, VILLAGE, SCHOOL)
    }
    assert read == {
        INSTITUTION: {CARE, LEARN, HEAL, TALK},
        EDUCATION: {LEARN},
        HEALTH: {HEAL, TALK},
        CIVIL_AFFAIRS: {CARE},
        VILLAGE: {CARE},
        SCHOOL: set(),
    }


def test_a_plan_that_is_not_set_or_reviewed_in_time_is_on_the_board(hub: Program) -> None:
    place(hub)
    now = hub.clock.now()
    at(hub, now + timedelta(days=30))
    assert "service_plan" in late(hub, INSTITUTION)
    send(hub, INSTITUTION, "welfare_institution.service_plan", plan("2025-03-31"))
    assert "service_plan" not in late(hub, INSTITUTION)
    at(hub, now + timedelta(days=30 + 93))
    assert "service_plan_review" in late(hub, INSTITUTION)
    review = {**NUMBER_ONLY, "reviewed_on": "2025-07-03", "verdict": "需要调整"}
    send(hub, INSTITUTION, "welfare_institution.service_plan_review", review)
    assert "service_plan_review" not in late(hub, INSTITUTION)


def test_the_town_cares_for_whom_it_takes_in_and_sets_the_plan(hub: Program) -> None:
    """街镇临时照料."""
    place(hub, facility="街镇临时照料", where="")
    assert "care_for_placed_child" in inbox(hub, TOWN)
    refused = take(hub, INSTITUTION, "welfare_institution.service_plan", plan())
    assert refused.faults
    send(hub, TOWN, "welfare_institution.service_plan", plan())
    settle(hub)
    assert CARE in told(hub, CIVIL_AFFAIRS)


def test_it_ends_with_the_placement_and_so_do_its_tasks(hub: Program) -> None:
    place(hub)
    send(hub, INSTITUTION, "welfare_institution.service_plan", plan())
    settle(hub)
    assessed = {**NUMBER_ONLY, "assessed_on": "2025-03-03", "conclusion": "可以回归家庭"}
    send(hub, CIVIL_AFFAIRS, "civil_affairs.assessment", {**assessed, "grade": "较低"})
    settle(hub)
    approve(hub, CIVIL_AFFAIRS)
    send(
        hub,
        CIVIL_AFFAIRS,
        "civil_affairs.return_home",
        {**NUMBER_ONLY, "returned_on": "2025-03-03"},
    )
    settle(hub)
    assert inbox(hub, HEALTH) == []
    assert "plan_schooling" not in inbox(hub, EDUCATION)
    refused = take(hub, INSTITUTION, "welfare_institution.service_plan", plan("2025-03-02"))
    assert [fault.code for fault in refused.faults] == ["PLAN_NOT_YOURS"]
    at(hub, hub.clock.now() + timedelta(days=200))
    assert not {"service_plan", "service_plan_review"} & set(late(hub, INSTITUTION))
