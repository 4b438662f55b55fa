"""保障申请, on a whole program. Plan 二3: P22 (分类精准保障), P24, P25; 街镇核验、区民政审批 [S12]:
who is asked, who reads what, and what stands on whose board."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.identity import IdentityClaim
from domain.leaving import LeaveDistrict
from domain.organisations import HUB, Organisation, Seat, district_organisation
from hub.bootstrap import Program
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    START,
    STATION,
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
)

pytestmark = pytest.mark.slow

CHILD = pupil(1)
NUMBER_ONLY = {name: CHILD[name] for name in ("name", "id_number")}
FEDERATION = district_organisation(Seat.DISABLED_FEDERATION)
NEED, FOUND, WHY = "（示例）父母失联", "（示例）已入户核验", "（示例）不符合户籍条件"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path) as program:
        program.directory.add_organisations([Organisation(FEDERATION, "示例区残联")])
        send(program, EDUCATION, "education.roll", enrolled(CHILD))
        send(program, TOWN, "town.residence", resident(CHILD))
        yield program


def settle(hub: Program) -> None:
    assert hub.settle()
    assert hub.reactor.refused() == []


def stated(hub: Program, by: str, kind: str, user: str = "u-test", **values: str) -> list[str]:
    """Send one record of the application; gives the codes of what is wrong."""
    line = {**NUMBER_ONLY, "scheme": "特殊儿童基本生活费", "applied_on": "2025-03-03", **values}
    outcome = hub.intake.record(actor(by, user=user), f"aid.{kind}", line)
    settle(hub)
    return [fault.code for fault in outcome.faults]


def apply(hub: Program, by: str = VILLAGE, **values: str) -> list[str]:
    more = {"applicant": "其他近亲属", "applicant_name": "示例姑姑", "need": NEED}
    return stated(hub, by, "application", user="u-desk", **{**more, **values})


def verify(hub: Program, by: str = TOWN, **values: str) -> list[str]:
    more = {"verified_on": "2025-03-03", "finding": "符合条件", "account": FOUND}
    return stated(hub, by, "verification", user="u-visits", **{**more, **values})


def decide(
    hub: Program, by: str = CIVIL_AFFAIRS, user: str = "u-leader", **values: str
) -> list[str]:
    more = {
        "document_number": "示民保〔2025〕0001号",
        "decision": "批准",
        "decided_on": "2025-03-03",
        "since": "2025-04-01",
        "yuan": "3200元",
    }
    return stated(hub, by, "decision", user=user, **{**more, **values})


def told(hub: Program, organisation: str) -> str:
    child = child_of(hub, CHILD)
    entries = hub.queries.timeline(reader(organisation), child, limit=200).items
    return str([(each.title, each.clear, each.fields, each.words) for each in entries])


def inbox(hub: Program, organisation: str) -> list[str]:
    return sorted(each.kind for each in hub.queries.inbox(reader(organisation)).items)


def late(hub: Program, organisation: str) -> list[str]:
    settle(hub)
    return [each.kind for each in hub.queries.overdue(reader(organisation)).items]


def state(hub: Program, organisation: str) -> list[str]:
    claim = IdentityClaim("", id_number=CHILD["id_number"])
    cases = hub.queries.case_status(reader(organisation), claim)
    return sorted(each.state for each in cases if each.kind == "aid")


def test_p22_applied_verified_decided_by_whom_the_scheme_names(hub: Program) -> None:
    """Given an application that the village took down / then the town verifies, civil affairs
    decide, and whoever has no part in it reads neither scheme nor amount."""
    assert apply(hub) == []
    assert inbox(hub, TOWN) == ["verify_aid"]
    assert verify(hub, by=OTHER_TOWN) == ["AID_NOT_YOURS"]
    assert verify(hub) == []
    assert inbox(hub, CIVIL_AFFAIRS) == ["decide_aid"]
    assert state(hub, CIVIL_AFFAIRS) == state(hub, TOWN) == ["VERIFIED"]
    assert decide(hub, by=EDUCATION) == ["NOT_YOURS_TO_STATE"]
    assert decide(hub, user="u-visits") == ["APPROVAL_OWN"]
    assert decide(hub) == []
    assert state(hub, CIVIL_AFFAIRS) == state(hub, TOWN) == ["GRANTED"]
    assert inbox(hub, CIVIL_AFFAIRS) == inbox(hub, TOWN) == []
    for organisation in (CIVIL_AFFAIRS, TOWN):
        assert "3200" in told(hub, organisation)
        assert FOUND in told(hub, organisation)
        assert "特殊儿童基本生活费" in told(hub, organisation)
    assert NEED in told(hub, VILLAGE), "what it took down itself"
    for organisation in (VILLAGE, SCHOOL, EDUCATION, STATION, POLICE, OTHER_TOWN, OTHER_VILLAGE):
        text = told(hub, organisation)
        assert "3200" not in text
        assert FOUND not in text
    for organisation in (SCHOOL, EDUCATION, STATION, POLICE):
        assert "SPECIAL_CHILD" not in told(hub, organisation)
    sent = hub.queries.sent(reader(VILLAGE)).items
    assert {each.kind: each.state for each in sent} == {
        "verify_aid": "completed",
        "decide_aid": "completed",
    }, "whoever took it down sees that it was decided"


def test_what_nobody_verifies_or_decides_in_time_is_on_the_board(hub: Program) -> None:
    """15 + 15 working days."""
    apply(hub)
    begun = hub.clock.now()
    at(hub, begun + timedelta(days=20))
    assert "complete" not in late(hub, TOWN)
    at(hub, begun + timedelta(days=24))
    assert "complete" in late(hub, TOWN)
    verify(hub)
    assert "complete" not in late(hub, TOWN)
    at(hub, begun + timedelta(days=50))
    assert "complete" in late(hub, CIVIL_AFFAIRS)
    decide(hub)
    assert "complete" not in late(hub, CIVIL_AFFAIRS)
    at(hub, begun + timedelta(days=50 + 370))
    # Nobody has entered it where civil affairs keep their aid, either.
    assert late(hub, TOWN) == ["enter_outside", "aid_review"]
    review = {"reviewed_on": "2026-04-01", "account": "（示例）无变化"}
    assert stated(hub, TOWN, "review", **review) == []
    assert late(hub, TOWN) == ["enter_outside"]


def test_who_is_refused_hears_why_and_a_charity_is_looked_for(hub: Program) -> None:
    """P23: 政府救助与慈善衔接."""
    apply(hub)
    verify(hub, finding="不符合条件")
    assert decide(hub, decision="不予批准", yuan="", since="") == ["AID_REASON"]
    refused = {"decision": "不予批准", "yuan": "", "since": "", "reason": WHY, "need_remains": "是"}
    assert decide(hub, **refused) == []
    assert WHY in told(hub, TOWN)
    assert "行政复议" in told(hub, TOWN)
    assert "link_charity" in inbox(hub, TOWN)
    assert WHY not in told(hub, VILLAGE)


def test_possible_eligibility_is_a_task_of_the_village(hub: Program) -> None:
    """可能符合，请核实: nothing is applied for; the village reads no scheme."""
    line = {**NUMBER_ONLY, "category": "孤儿", "since": "2025-02-01"}
    more = {"basis": "示例", "certifier": "示例区民政局"}
    send(hub, CIVIL_AFFAIRS, "civil_affairs.classification", {**line, **more})
    settle(hub)
    assert inbox(hub, VILLAGE) == ["check_aid"]
    assert state(hub, CIVIL_AFFAIRS) == []
    for organisation in (TOWN, CIVIL_AFFAIRS):
        assert "特困供养" in told(hub, organisation)
    for organisation in (VILLAGE, SCHOOL, EDUCATION, STATION):
        assert "特困供养" not in told(hub, organisation)
        assert "DESTITUTE" not in told(hub, organisation)
    for organisation in (SCHOOL, EDUCATION, STATION, OTHER_VILLAGE):
        assert inbox(hub, organisation) == []


def test_p25_a_disability_service_is_read_by_the_federation_alone(hub: Program) -> None:
    """人工耳蜗: assessed, approved, done, followed up; sealed as health."""
    ear: Any = {"scheme": "人工耳蜗植入"}
    assert apply(hub, by=FEDERATION, **ear) == []
    assert inbox(hub, FEDERATION) == ["assess_disability_aid"]
    assert verify(hub, by=FEDERATION, **ear) == []
    assert decide(hub, by=FEDERATION, user="u-visits", **ear) == ["APPROVAL_OWN"]
    assert decide(hub, by=FEDERATION, yuan="", **ear) == []
    given = {**ear, "given_on": "2025-03-03", "account": "（示例）已手术"}
    assert stated(hub, FEDERATION, "delivery", **given) == []
    assert "已手术" in told(hub, FEDERATION)
    for organisation in (CIVIL_AFFAIRS, TOWN, VILLAGE, SCHOOL, EDUCATION, STATION):
        assert "COCHLEAR" not in told(hub, organisation)
        assert NEED not in told(hub, organisation)
        assert state(hub, organisation) == []


def test_p25_what_a_village_finds_needed_the_federation_reads(hub: Program) -> None:
    assert apply(hub, **{"scheme": "康复训练补贴"}) == []
    assert NEED in told(hub, FEDERATION)
    assert inbox(hub, FEDERATION) == ["assess_disability_aid"]
    assert NEED not in told(hub, TOWN)
    assert NEED not in told(hub, CIVIL_AFFAIRS)


def test_p24_aid_for_schooling_goes_by_the_school_to_the_bureau(hub: Program) -> None:
    """上海市社会救助条例 31, 37; means of the family stay where they are."""
    aid: Any = {"scheme": "教育救助"}
    assert apply(hub, by=VILLAGE, **aid) == ["NOT_YOURS_TO_STATE"]
    assert apply(hub, by=SCHOOL, **aid) == []
    assert inbox(hub, SCHOOL) == ["verify_school_aid"]
    assert verify(hub, by=SCHOOL, **aid) == []
    assert inbox(hub, EDUCATION) == ["decide_school_aid"]
    assert decide(hub, by=EDUCATION, yuan="", **aid) == []
    assert NEED in told(hub, EDUCATION)
    assert NEED not in told(hub, VILLAGE)


def test_p22_of_two_that_exclude_each_other_one_is_given(hub: Program) -> None:
    poor: Any = {"scheme": "特困供养", "document_number": "示民保〔2025〕0002号"}
    scheme: dict[str, str]
    for scheme in ({}, {"scheme": "特困供养"}):
        assert apply(hub, **scheme) == []
        assert verify(hub, **scheme) == []
    assert decide(hub) == []
    assert decide(hub, yuan="1800", **poor) == ["AID_CHOICE"]
    assert state(hub, TOWN) == ["GRANTED", "VERIFIED"], "nothing of it was recorded"
    ended = {"ended_on": "2025-03-03", "end_reason": "另行选择其他保障"}
    assert stated(hub, TOWN, "end", **ended) == []
    assert decide(hub, yuan="1800", **poor) == []
    assert sorted(state(hub, TOWN)) == ["ENDED", "GRANTED"]


# -- the child is gone -----------------------------------------------------------------------------


def end(hub: Program, reason: str, by: str = CIVIL_AFFAIRS, **values: str) -> list[str]:
    more = {"ended_on": "2025-03-03", "end_reason": reason, "account": "（示例）"}
    return stated(hub, by, "end", user="u-leader", **{**more, **values})


def leave(hub: Program) -> None:
    said: dict[str, Any] = {
        "since": date(2025, 3, 3),
        "receiver": "示例外区街道",
        "letter": "（示例）回执1号",
    }
    hub.hub.command(LeaveDistrict(child_ref=UUID(child_of(hub, CHILD)), **said), actor(TOWN))
    settle(hub)


def test_p22_what_runs_is_looked_at_when_a_child_leaves_the_district(hub: Program) -> None:
    """Given aid that runs / when its child leaves the district / then who decided it is asked to
    look, nothing ends by itself, and its end answers the task."""
    assert (apply(hub), verify(hub), decide(hub)) == ([], [], [])
    leave(hub)
    assert inbox(hub, CIVIL_AFFAIRS) == ["review_aid"]
    assert state(hub, CIVIL_AFFAIRS) == ["GRANTED"], "a person ends it"
    (task,) = hub.queries.inbox(reader(CIVIL_AFFAIRS)).items
    assert task.sender == HUB
    assert end(hub, "迁出本区") == []
    assert inbox(hub, CIVIL_AFFAIRS) == []
    assert state(hub, CIVIL_AFFAIRS) == ["ENDED"]


def test_p22_what_is_over_or_not_decided_is_nobodys_to_look_at(hub: Program) -> None:
    assert (apply(hub), verify(hub), decide(hub)) == ([], [], [])
    assert end(hub, "不再符合条件") == []
    assert apply(hub, scheme="临时救助") == []
    leave(hub)
    assert inbox(hub, CIVIL_AFFAIRS) == []


@pytest.mark.parametrize(("reason", "asked"), [("死亡", True), ("达到年龄或已完成学业", False)])
def test_p22_where_one_aid_ends_by_death_the_others_are_looked_at(
    hub: Program, reason: str, asked: bool
) -> None:
    """Given two aids that run / when one ends because the child died / then who decided the other
    is asked to look at it; by its age the other goes on."""
    assert (apply(hub), verify(hub), decide(hub)) == ([], [], [])
    second = {"scheme": "临时救助"}
    assert apply(hub, **second) == []
    assert verify(hub, **second) == []
    assert decide(hub, **second, yuan="1000元") == []
    assert end(hub, reason) == []
    assert inbox(hub, CIVIL_AFFAIRS) == (["review_aid"] if asked else [])
    assert state(hub, CIVIL_AFFAIRS) == ["ENDED", "GRANTED"]


def test_p22_the_town_that_takes_a_child_in_reviews_its_aid(hub: Program) -> None:
    """Given aid that the old town is to look at again / when another town takes the child in / then
    the clock is that town's, by the same day, and so is the review."""
    assert (apply(hub), verify(hub), decide(hub)) == ([], [], [])
    send(hub, OTHER_TOWN, "town.residence", resident(CHILD, OTHER_VILLAGE_CODE, since="2025-03-03"))
    settle(hub)
    at(hub, START + timedelta(days=370))
    assert "aid_review" in late(hub, OTHER_TOWN)
    assert "aid_review" not in late(hub, TOWN)
    reviewed = {"reviewed_on": "2026-03-03", "account": "（示例）"}
    assert stated(hub, TOWN, "review", **reviewed) == ["AID_NOT_YOURS"]
    assert stated(hub, OTHER_TOWN, "review", **reviewed) == []
    assert "aid_review" not in late(hub, OTHER_TOWN)
    at(hub, START + timedelta(days=370 + 380))
    assert "aid_review" in late(hub, OTHER_TOWN), "the next one as well"
