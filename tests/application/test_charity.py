"""救助+慈善+儿童, on a whole program. Plan 二3 (P23: 政府救助与慈善衔接): a charity is told whom
to help and where, and nothing of means, category or aid; what it gave it states while it has the
task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.organisations import Organisation
from domain.referral import AcceptReferral, CompleteReferral, OpenReferral
from hub.bootstrap import Program
from tests.application.test_aid import CHILD, NEED, NUMBER_ONLY, apply, decide, verify
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_VILLAGE,
    SCHOOL,
    TOWN,
    VILLAGE,
    actor,
    child_of,
    enrolled,
    reader,
    resident,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

CHARITY = "social_organisation:310117"
ASKED, GAVE = "（示例）需要冬衣", "（示例）冬衣一套"
TALKED = "（示例）谈心两次"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations([Organisation(CHARITY, "示例公益服务中心")])
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def told(hub: Program, organisation: str) -> str:
    items = hub.queries.timeline(reader(organisation), child_of(hub, CHILD), limit=200).items
    return str([(each.topic, each.clear, each.fields) for each in items])


def gift(hub: Program) -> list[str]:
    line = {**NUMBER_ONLY, "given_on": "2025-03-03", "given": GAVE, "ends": "是"}
    outcome = take(hub, CHARITY, "charity.gift", line)
    settle(hub)
    return [fault.code for fault in outcome.faults]


def test_p23_a_need_that_remains_is_met_by_a_charity_that_reads_only_whom_to_help(
    hub: Program,
) -> None:
    """Given a refusal that leaves a need / when the town asks a charity / then it is told who and
    where; what it gave the town reads; with the task its sight is over."""
    assert apply(hub) == verify(hub, finding="不符合条件") == []
    refused = {"decision": "不予批准", "yuan": "", "since": "", "need_remains": "是"}
    assert decide(hub, reason="（示例）超过标准", **refused) == []
    assert [each.kind for each in hub.queries.inbox(reader(TOWN)).items] == ["link_charity"]
    assert gift(hub) == ["GIFT_NOT_YOURS"], "nobody asked it"
    task = uuid4()
    asked = OpenReferral(
        referral_id=task,
        child_ref=UUID(child_of(hub, CHILD)),
        kind="charity_support",
        addressee=CHARITY,
        account=ASKED,
    )
    hub.hub.command(asked, actor(TOWN))
    settle(hub)
    hub.hub.command(AcceptReferral(referral_id=task), actor(CHARITY))
    settle(hub)
    (shown,) = hub.queries.inbox(reader(CHARITY)).items
    assert shown.child is not None
    assert CHILD["address"] in str(shown.child.fields)
    text = told(hub, CHARITY)
    assert CHILD["guardian_phone"] in text
    for hidden in (NEED, "SPECIAL_CHILD", "（示例）超过标准", "means", "aid."):
        assert hidden not in text
    assert gift(hub) == []
    for organisation in (TOWN, VILLAGE, CIVIL_AFFAIRS):
        assert GAVE in told(hub, organisation)
    for organisation in (SCHOOL, EDUCATION):
        assert GAVE not in told(hub, organisation)
    hub.hub.command(CompleteReferral(referral_id=task, outcome="GIVEN"), actor(CHARITY))
    settle(hub)
    assert CHILD["address"] not in told(hub, CHARITY)
    assert GAVE in told(hub, CHARITY), "its own words"


def service(hub: Program, organisation: str) -> list[str]:
    line = {**NUMBER_ONLY, "given_on": "2025-03-03", "service": "心理疏导", "hours": "2"}
    outcome = take(hub, organisation, "programmes.care_service", {**line, "account": TALKED})
    settle(hub)
    return [fault.code for fault in outcome.faults]


def test_p08_a_service_is_recorded_where_the_child_lives_or_in_a_task(hub: Program) -> None:
    """Given a child of the village / when a social organisation is asked / then both record what
    they gave it; town, village and civil affairs read it, and the school nothing."""
    assert service(hub, OTHER_VILLAGE) == ["SERVICE_NOT_YOURS"]
    assert service(hub, CHARITY) == ["SERVICE_NOT_YOURS"], "nobody asked it"
    assert service(hub, VILLAGE) == service(hub, TOWN) == []
    task = uuid4()
    asked = OpenReferral(
        referral_id=task,
        child_ref=UUID(child_of(hub, CHILD)),
        kind="charity_support",
        addressee=CHARITY,
        account=ASKED,
    )
    hub.hub.command(asked, actor(TOWN))
    settle(hub)
    hub.hub.command(AcceptReferral(referral_id=task), actor(CHARITY))
    settle(hub)
    assert TALKED not in told(hub, CHARITY), "what others gave is none of its task"
    assert service(hub, CHARITY) == []
    for organisation in (TOWN, VILLAGE, CIVIL_AFFAIRS):
        seen = told(hub, organisation)
        assert seen.count("care_service.given.v1") == 3
        assert TALKED in seen
        assert "COUNSELLING" in seen
    for organisation in (SCHOOL, EDUCATION):
        seen = told(hub, organisation)
        assert TALKED not in seen
        assert "COUNSELLING" not in seen
    assert told(hub, CHARITY).count("care_service.given.v1") == 1, "its own"
    hub.hub.command(CompleteReferral(referral_id=task, outcome="GIVEN"), actor(CHARITY))
    settle(hub)
    late = {**NUMBER_ONLY, "given_on": "2025-03-02", "service": "学业陪伴", "hours": "1"}
    outcome = take(hub, CHARITY, "programmes.care_service", late)
    assert [fault.code for fault in outcome.faults] == ["SERVICE_NOT_YOURS"], "its task is over"


def test_p23_a_project_is_civil_affairs_register_and_told_to_whom_carries_it_out(
    hub: Program,
) -> None:
    line = {
        "project": "示例助学项目",
        "charity": "示例公益服务中心",
        "begins_on": "2025-03-01",
        "ends_on": "2026-02-28",
        "budget": "50000元",
    }
    send(hub, CIVIL_AFFAIRS, "charity.project", line)
    settle(hub)
    for organisation, seen in ((CIVIL_AFFAIRS, True), (CHARITY, True), (TOWN, False)):
        items = hub.queries.register(reader(organisation), everybodys=True).items
        assert ("charity_project.recorded.v1" in {each.topic for each in items}) is seen
    wrong = take(hub, CIVIL_AFFAIRS, "charity.project", {**line, "charity": "示例第一街道未保站"})
    assert [fault.code for fault in wrong.faults] == ["PROJECT_ORGANISATION"]
