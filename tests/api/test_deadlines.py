"""Doors to a deadline that is put off (延期): asked by who owes it, decided by another person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.organisations import Post
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, POLICE, SCHOOL, START, STATION, TOWN, at

REASON = "（示例）监护人外出，二十日返回"
ASKING = {"until": "2025-03-20", "account": REASON}
AGREED = {"until": ASKING["until"]}


@pytest.fixture
def task(district: District) -> str:
    """The town is asked to persuade a pupil, by Monday 10 March."""
    district.dropout()
    (found,) = district[TOWN].items("/inbox")
    assert found["complete_by"] == "2025-03-10T16:00:00Z"
    number: str = found["id"]
    assert district[TOWN].post(f"/referrals/{number}/accept").status_code == 200
    return number


def path(task: str, act: str = "") -> str:
    return f"/deadlines/{task}/complete/extension{act}"


def shown(district: District, organisation: str, task: str) -> dict[str, Any]:
    found: dict[str, Any] = district[organisation].get(f"/referrals/{task}").json()
    return found


def test_the_handler_asks_the_head_agrees_and_everybody_sees_the_later_day(
    district: District, task: str
) -> None:
    answer = district[TOWN].post(path(task), ASKING)
    assert answer.status_code == 200, answer.json()
    head = district.hire(TOWN, Post.HEAD)
    district.settle()
    child = shown(district, TOWN, task)["child_ref"]
    (asked,) = [
        each
        for each in head.items(f"/children/{child}/timeline")
        if each["topic"] == "deadline.extension_asked.v1"
    ]
    assert asked["fields"]["account"] == REASON, "who decides reads why"
    assert head.post(path(task, "/approve"), AGREED).status_code == 200
    at(district.program, START + timedelta(days=10))
    district.settle()
    for organisation in (TOWN, SCHOOL):
        line = shown(district, organisation, task)
        assert (line["complete_by"], line["overdue"]) == ("2025-03-20T16:00:00Z", False)
    assert task not in {
        each["subject_id"]
        for each in district[TOWN].items("/overdue")
        if each["kind"] == "complete"
    }
    at(district.program, START + timedelta(days=18))
    district.settle()
    assert shown(district, TOWN, task)["overdue"]


def test_refused_it_stays_as_it_was(district: District, task: str) -> None:
    district[TOWN].post(path(task), ASKING)
    assert district.hire(TOWN, Post.HEAD).post(path(task, "/refuse")).status_code == 200
    district.settle()
    assert shown(district, TOWN, task)["complete_by"] == "2025-03-10T16:00:00Z"


def test_nobody_else_may_and_nobody_else_learns_that_there_is_one(
    district: District, task: str
) -> None:
    district[TOWN].post(path(task), ASKING)
    nobodys = "00000000-0000-4000-8000-000000000000"
    for organisation in (SCHOOL, STATION, CIVIL_AFFAIRS, POLICE):
        head = district.hire(organisation, Post.HEAD)
        for act, body in (("", ASKING), ("/approve", AGREED), ("/refuse", None)):
            there, nothing = (head.post(path(each, act), body) for each in (task, nobodys))
            assert there.status_code == nothing.status_code >= 400
            said, unsaid = (
                {**each.json(), "request_id": "", "instance": ""} for each in (there, nothing)
            )
            assert said == unsaid


def test_the_handler_decides_nothing_and_the_asker_not_his_own(
    district: District, task: str
) -> None:
    district[TOWN].post(path(task), ASKING)
    answer = district[TOWN].post(path(task, "/approve"), AGREED)
    assert answer.status_code >= 400
    head = district.hire(TOWN, Post.HEAD)
    head.post(path(task), ASKING)
    answer = head.post(path(task, "/approve"), AGREED)
    assert answer.status_code >= 400
    assert "另一人" in answer.json()["detail"]


def test_a_search_is_never_put_off(district: District, task: str) -> None:
    (trace,) = district[STATION].items("/inbox")
    answer = district[STATION].post(path(trace["id"]), ASKING)
    assert answer.status_code >= 400
    assert "不能延期" in answer.json()["detail"]


def test_what_is_missing_is_told_in_chinese_without_what_was_sent(
    district: District, task: str
) -> None:
    for body in ({"until": "2025-03-20"}, {**ASKING, "until": "明天13800009999"}):
        answer = district[TOWN].post(path(task), body)
        assert answer.status_code == 422
        assert "13800009999" not in answer.text
