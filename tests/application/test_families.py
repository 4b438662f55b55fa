"""家庭监护支持 and 家庭教育指导服务, on a whole program: plan 二2 (P11, P12). Who carries a measure
out, or gives a course, reads that and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.organisations import Organisation, Post, Seat, district_organisation
from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE,
    SCHOOL,
    TOWN,
    VILLAGE,
    actor,
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
FEDERATION = district_organisation(Seat.WOMENS_FEDERATION)
SUPPORT, GUIDE, TALK, COURSE, HELD = (
    "（示例）隔代照料，父母外出",
    "（示例）每月入户指导",
    "（示例）每周辅导",
    "（示例）亲子沟通",
    "（示例）讲了沟通方法",
)
FIRST = "2025-03-03"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations(
            [Organisation(FEDERATION, "示例妇联"), Organisation(HEALTH, "示例卫健委")]
        )
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def read(hub: Program, *texts: str) -> dict[str, set[str]]:
    """Which of these texts each organisation reads of the child, where it reads any."""
    child = child_of(hub, CHILD)
    found = {}
    for each in (TOWN, VILLAGE, CIVIL_AFFAIRS, FEDERATION, HEALTH, SCHOOL, EDUCATION):
        told = str(
            [one.fields for one in hub.queries.timeline(reader(each), child, limit=200).items]
        )
        found[each] = {text for text in texts if text in told}
    return {each: seen for each, seen in found.items() if seen}


def inbox(hub: Program, organisation: str) -> list[str]:
    return sorted(each.kind for each in hub.queries.inbox(reader(organisation)).items)


def take_on(hub: Program, organisation: str, kind: str) -> UUID:
    (found,) = [each for each in hub.queries.inbox(reader(organisation)).items if each.kind == kind]
    hub.hub.command(AcceptReferral(referral_id=UUID(found.id)), actor(organisation))
    settle(hub)
    return UUID(found.id)


def late(hub: Program, organisation: str) -> list[str]:
    settle(hub)
    return [each.kind for each in hub.queries.overdue(reader(organisation)).items]


def test_p12_each_reads_its_own_measure_and_nothing_of_the_plan(hub: Program) -> None:
    plan = {
        **NUMBER_ONLY,
        "set_on": FIRST,
        "support_basis": "问题反复出现",
        "agreed": "是",
        "account": SUPPORT,
    }
    send(hub, TOWN, "town.family_support", plan)
    measure = {**NUMBER_ONLY, "set_on": FIRST, "due_on": "2025-03-20"}
    of_federation = {"measure": "监护指导", "provider": "示例妇联", "content": GUIDE}
    of_health = {"measure": "心理辅导", "provider": "示例卫健委", "content": TALK}
    send(hub, TOWN, "town.family_measure", {**measure, **of_federation})
    send(hub, TOWN, "town.family_measure", {**measure, **of_health})
    settle(hub)
    tasks = {
        FEDERATION: take_on(hub, FEDERATION, "guide_guardians"),
        HEALTH: take_on(hub, HEALTH, "support_psychology"),
    }
    assert read(hub, SUPPORT, GUIDE, TALK) == {
        TOWN: {SUPPORT, GUIDE, TALK},
        CIVIL_AFFAIRS: {SUPPORT, GUIDE},
        VILLAGE: {SUPPORT, GUIDE},
        FEDERATION: {GUIDE},
        HEALTH: {TALK},
    }
    opened = str(hub.queries.referral(reader(HEALTH), str(tasks[HEALTH])))
    assert CHILD["guardian_phone"] in opened, "how the family is reached comes with the task"
    done = CompleteReferral(referral_id=tasks[FEDERATION], outcome="DONE")
    hub.hub.command(done, actor(FEDERATION))
    at(hub, hub.clock.now() + timedelta(days=18))
    assert late(hub, FEDERATION) == []
    assert late(hub, HEALTH) == ["complete"], "a measure that is not done by its day is overdue"
    at(hub, hub.clock.now() + timedelta(days=80))
    assert "family_support_review" in late(hub, TOWN)
    review = {**NUMBER_ONLY, "reviewed_on": "2025-05-20", "verdict": "继续支持"}
    refused = take(hub, TOWN, "town.family_review", review)
    assert [each.code for each in refused.faults] == ["SUPPORT_SECOND_PERSON"]
    another = actor(TOWN, Post.HEAD, "u-another")
    assert hub.intake.record(another, "town.family_review", review).answer is not None
    assert "family_support_review" not in late(hub, TOWN)
    over = {**NUMBER_ONLY, "ended_on": "2025-05-21", "result": "监护改善"}
    assert hub.intake.record(another, "town.family_support_end", over).answer is not None
    settle(hub)
    assert inbox(hub, HEALTH) == []


def test_p11_the_federation_gives_a_course_and_the_village_hears_of_it(hub: Program) -> None:
    offered = {
        **NUMBER_ONLY,
        "offered_on": FIRST,
        "origin": "家长申请",
        "accepted": "是",
        "giver": "示例妇联",
        "topic_note": COURSE,
    }
    foreign = take(hub, OTHER_VILLAGE, "guidance.course_offer", offered)
    assert [each.code for each in foreign.faults] == ["COURSE_NOT_YOURS"]
    send(hub, VILLAGE, "guidance.course_offer", offered)
    settle(hub)
    take_on(hub, FEDERATION, "give_voluntary_guidance")
    at(hub, hub.clock.now() + timedelta(days=32))
    assert late(hub, FEDERATION) == ["guidance_session"]
    held = {**NUMBER_ONLY, "held_on": "2025-03-30", "attended": "是", "account": HELD}
    send(hub, FEDERATION, "guidance.course_session", held)
    assert late(hub, FEDERATION) == []
    by_nobody = take(hub, SCHOOL, "guidance.course_session", held)
    assert [each.code for each in by_nobody.faults] == ["COURSE_NOT_YOURS"]
    assert read(hub, COURSE, HELD) == {
        TOWN: {COURSE},
        VILLAGE: {COURSE, HELD},
        CIVIL_AFFAIRS: {COURSE, HELD},
        FEDERATION: {COURSE, HELD},
    }
    over = {**NUMBER_ONLY, "ended_on": "2025-04-02", "result": "已完成"}
    send(hub, FEDERATION, "guidance.course_end", over)
    settle(hub)
    assert inbox(hub, FEDERATION) == [], "the record answers the task"
