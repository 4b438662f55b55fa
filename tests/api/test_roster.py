"""The duty roster over HTTP: entered by who leads the organisation, seen by its own people."""

from __future__ import annotations

from typing import Any

from domain.organisations import Post
from tests.api.desks import District
from tests.program import POLICE, SCHOOL, STATION

DAY = {"post": "值班", "begins": "2025-03-03 08:00", "ends": "2025-03-03 20:00"}


def leader(district: District, organisation: str = STATION) -> Any:
    return district.hire(organisation, Post.DUTY_LEADER)


def test_a_roster_is_entered_and_its_gap_is_shown(district: District) -> None:
    """今晚20:00起无人值班."""
    lead, own = leader(district), district[STATION]
    body = {"shifts": [{**DAY, "user": own.user.login, "deputy": lead.user.login}]}
    answer = lead.post("/roster", body)
    assert answer.status_code == 200, answer.json()
    shown = own.get("/roster").json()
    assert shown["gaps"] == ["今晚20:00起无人值班"]
    assert shown["shifts"] == [
        {
            "post": "duty",
            "post_name": "值班",
            "begins": "2025-03-03 08:00",
            "ends": "2025-03-03 20:00",
            "user": own.user.login,
            "deputy": lead.user.login,
        }
    ]
    assert lead.post("/roster/number", {"number": "021-57000000"}).json()["number"] == (
        "021-57000000"
    )


def test_only_who_leads_enters_it_and_only_of_the_own_organisation(district: District) -> None:
    own, school = district[STATION], district[SCHOOL]
    body = {"shifts": [{**DAY, "user": own.user.login}]}
    for path, asked in (("/roster", body), ("/roster/number", {"number": "021-57000000"})):
        refused = own.post(path, asked)
        assert refused.status_code == 422
        assert "负责人或值班领导" in refused.json()["detail"]
    # Somebody of another organisation reads like nobody at all.
    for login in (school.user.login, "nobody-there"):
        answer = leader(district).post("/roster", {"shifts": [{**DAY, "user": login}]})
        assert answer.status_code == 422
        (fault,) = answer.json()["faults"]
        assert (fault["code"], fault["column"]) == ("ROSTER_PERSON", "第1行 值班人")
        assert login not in answer.text
    assert leader(district).post("/roster", body).status_code == 200
    for other in (SCHOOL, POLICE):
        shown = district[other].get("/roster").json()
        assert (shown["shifts"], shown["gaps"]) == ([], ["现在无人值班"])


def test_a_roster_with_a_fault_leaves_the_one_before(district: District) -> None:
    own, lead = district[STATION], leader(district)
    assert lead.post("/roster", {"shifts": [{**DAY, "user": own.user.login}]}).status_code == 200
    wrong = [{**DAY, "user": lead.user.login}, {**DAY, "user": "nobody", "begins": "今晚"}]
    answer = lead.post("/roster", {"shifts": wrong})
    assert [each["code"] for each in answer.json()["faults"]] == ["ROSTER_TIME", "ROSTER_PERSON"]
    (shift,) = own.get("/roster").json()["shifts"]
    assert shift["user"] == own.user.login


def test_what_is_entered_later_replaces_only_its_own_time(district: District) -> None:
    own, lead = district[STATION], leader(district)
    whole = {**DAY, "ends": "2025-03-04 08:00", "user": own.user.login}
    lead.post("/roster", {"shifts": [whole]})
    middle = {**DAY, "begins": "2025-03-03 12:00", "ends": "2025-03-03 14:00"}
    lead.post("/roster", {"shifts": [{**middle, "user": lead.user.login}]})
    shifts = own.get("/roster").json()["shifts"]
    assert [(each["begins"][-5:], each["ends"][-5:], each["user"]) for each in shifts] == [
        ("08:00", "12:00", own.user.login),
        ("12:00", "14:00", lead.user.login),
        ("14:00", "08:00", own.user.login),
    ]


def test_no_private_number_is_taken(district: District) -> None:
    answer = leader(district).post("/roster/number", {"number": "13800009999"})
    assert answer.status_code == 422
    assert "不要填个人手机号" in answer.json()["detail"]
    assert "13800009999" not in answer.text
