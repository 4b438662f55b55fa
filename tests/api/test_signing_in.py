"""Who gets past the door, and what everybody else is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.organisations import Post
from tests.api.desks import PROBLEM, District
from tests.program import SCHOOL, START, STATION, at

DOORS = (
    ("GET", "/children"),
    ("POST", "/children/find"),
    ("POST", "/intake/education/absence"),
    ("POST", "/intake/education/sheets"),
    ("GET", "/status"),
    ("GET", "/no-such-door"),
)


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_absent_unknown_and_expired_tokens_are_answered_alike(
    district: District, method: str, path: str
) -> None:
    user = district[SCHOOL].user
    expired = district.program.directory.issue_token(user, START, timedelta(hours=1))
    at(district.program, START + timedelta(hours=1))
    headers: list[dict[str, str]] = [{}] + [
        {"Authorization": value}
        for value in (
            f"Bearer {expired}",
            "Bearer unknown",
            "Bearer ",
            "Basic dTpw",
            "Bearer " + "x" * 5000,
        )
    ]
    answers = [
        district.client.request(method, f"/api/v1{path}", headers=each, content=b"{")
        for each in headers
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["www-authenticate"] for answer in answers} == {'Bearer realm="hub"'}
    assert {answer.headers["content-type"] for answer in answers} == {PROBLEM}


def test_a_token_works_until_it_expires_or_is_revoked(district: District) -> None:
    desk = district[SCHOOL]
    assert desk.get("/status").status_code == 200
    at(district.program, START + timedelta(days=400))
    assert desk.get("/status").status_code == 401
    at(district.program, START)
    district.program.directory.revoke_tokens(desk.user)
    assert desk.get("/status").status_code == 401


def test_health_and_the_document_need_no_token(district: District) -> None:
    for path in ("healthz", "readyz", "openapi.json"):
        assert district.client.get(f"/api/v1/{path}").status_code == 200


def test_the_post_held_is_recorded_with_each_look(district: District) -> None:
    reference = district.dropout()
    leader = district.hire(SCHOOL, Post.DUTY_LEADER)
    leader.get(f"/children/{reference}")
    newest = district.program.audit.newest(1)[0]
    assert (newest.user, newest.post, newest.organisation) == (
        leader.user.user,
        "duty_leader",
        SCHOOL,
    )
    assert newest.purpose == "CASEWORK"


def test_a_look_in_the_course_of_a_task_is_recorded_so(district: District) -> None:
    reference = district.dropout()
    task = district[STATION].get("/inbox").json()["items"][0]["id"]
    district[STATION].get(f"/children/{reference}", task=task)
    newest = district.program.audit.newest(1)[0]
    assert (newest.purpose, newest.task) == ("TASK", task)
    assert district[STATION].get(f"/children/{reference}", task="张三").status_code == 422


def test_a_task_that_is_none_of_ones_own_is_not_recorded_as_one(district: District) -> None:
    """And is refused nobody: that would tell that it exists."""
    reference = district.dropout()
    theirs = district[STATION].get("/inbox").json()["items"][0]["id"]
    for task in (theirs, "a0000000-0000-4000-8000-000000000001"):
        assert district[SCHOOL].get(f"/children/{reference}", task=task).status_code == 200
        newest = district.program.audit.newest(1)[0]
        assert (newest.organisation, newest.purpose, newest.task) == (SCHOOL, "CASEWORK", "")
