"""Doors to what awaits another person's decision (待审批): assessments and closings."""

from __future__ import annotations

from typing import Any

import pytest

from domain.organisations import Post
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, DISTRICT, STATION, TOWN, pupil, resident

pytestmark = pytest.mark.slow

SECRET = "（示例）父母长期在外"
WHO = {name: pupil(1)[name] for name in ("name", "id_number")}
ASSESSMENT = {
    **WHO,
    "assessed_on": "2025-03-03",
    "conclusion": "在家监护支持",
    "grade": "较低",
    "basics": SECRET,
}


@pytest.fixture
def waiting(district: District) -> dict[str, Any]:
    """An assessment that civil affairs' handler recorded."""
    district[TOWN].send("town/residence", resident(pupil(1)))
    district[CIVIL_AFFAIRS].send("civil_affairs/assessment", ASSESSMENT)
    district.settle()
    (found,) = district[CIVIL_AFFAIRS].items("/approvals")
    return dict(found)


def path(found: dict[str, Any], act: str) -> str:
    return f"/approvals/{found['case_id']}/{found['proposal']}/{act}"


def conclusion(district: District) -> list[str]:
    child_ref = district[CIVIL_AFFAIRS].items("/children")[0]["child_ref"]
    entries = district[CIVIL_AFFAIRS].items(f"/children/{child_ref}/timeline")
    return [each["title"] for each in entries if each["topic"].startswith("guardianship.")]


def test_it_is_listed_with_what_it_says_and_approved_by_another(
    district: District, waiting: dict[str, Any]
) -> None:
    assert (waiting["title"], waiting["overdue"]) == ("家庭监护能力评估", False)
    assert waiting["fields"]["basics"] == SECRET
    assert waiting["clear"]["conclusion"] == "HOME_SUPPORT"
    own = district[CIVIL_AFFAIRS].post(path(waiting, "approve"))
    assert (own.status_code, own.json()["code"]) == (422, "APPROVAL_POST")
    head = district.hire(CIVIL_AFFAIRS, Post.HEAD)
    done = head.post(path(waiting, "approve"))
    assert done.status_code == 200, done.json()
    district.settle()
    assert district[CIVIL_AFFAIRS].items("/approvals") == []
    assert "同意评估结论" in conclusion(district)
    again = head.post(path(waiting, "approve"))
    assert again.status_code == 404


def test_the_head_who_wrote_it_does_not_approve_it(district: District) -> None:
    head = district.hire(CIVIL_AFFAIRS, Post.HEAD)
    head.send("civil_affairs/assessment", ASSESSMENT)
    district.settle()
    (found,) = head.items("/approvals")
    own = head.post(path(found, "approve"))
    assert (own.status_code, own.json()["code"]) == (422, "APPROVAL_OWN")
    back = head.post(path(found, "reject"), {"reason": "（示例）"})
    assert (back.status_code, back.json()["code"]) == (422, "APPROVAL_OWN")
    leader = district.hire(CIVIL_AFFAIRS, Post.DUTY_LEADER)
    assert leader.post(path(found, "reject"), {"reason": "（示例）"}).status_code == 200
    district.settle()
    assert head.items("/approvals") == []


@pytest.mark.parametrize("act", ["approve", "reject"])
def test_others_are_answered_as_if_there_were_nothing(
    district: District, waiting: dict[str, Any], act: str
) -> None:
    body = {"reason": "（示例）"} if act == "reject" else None
    answers = set()
    for organisation in [each.id for each in DISTRICT if each.id != CIVIL_AFFAIRS]:
        stranger = district.hire(organisation, Post.HEAD)
        assert stranger.items("/approvals") == []
        for case in (waiting["case_id"], "f0000000-0000-4000-8000-000000000004", "不是编号"):
            answer = stranger.post(f"/approvals/{case}/1/{act}", body)
            answers.add((answer.status_code, answer.text))
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_what_the_police_assess_is_on_the_polices_list_alone(
    district: District, waiting: dict[str, Any]
) -> None:
    station = district[STATION]
    sent = station.post("/intake/civil_affairs/assessment", ASSESSMENT)
    assert sent.status_code == 403, "登记由公安分局报送"
    assert len(district[CIVIL_AFFAIRS].items("/approvals")) == 1
