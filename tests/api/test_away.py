"""A child director who is away: what the village owes goes to its town, and comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests import program as given
from tests.api.desks import District
from tests.api.test_visits import form, in_scope, later
from tests.application.test_suspects import name, report
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    SCHOOL,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
)

pytestmark = pytest.mark.slow

REASON = "（示例）住院"
AWAY = {
    "organisation": VILLAGE,
    "since": "2025-03-03",
    "until": "2025-03-12",
    "stand_in": "TOWN",
    "account": REASON,
}
BACK = {"organisation": VILLAGE}


def owners(district: District, desk: str = TOWN) -> set[str]:
    return {each["owner"] for each in district[desk].items("/visits/due")}


def declared(district: District, by: str = VILLAGE, **changes: Any) -> None:
    answer = district[by].post("/away", AWAY | changes)
    assert answer.status_code == 200, answer.json()
    district.settle()


@pytest.mark.parametrize("by", [VILLAGE, TOWN])
def test_what_is_owed_and_what_comes_up_is_the_towns_until_somebody_is_back(
    district: District, by: str
) -> None:
    """Issue on casework, Visits: reassignment when a child director is away."""
    in_scope(district, 1)
    assert owners(district) == {VILLAGE}
    declared(district, by)
    in_scope(district, 2)
    assert owners(district) == {TOWN}
    assert len(district[TOWN].items("/visits/due")) == 4
    answer = district[by].post("/away/end", BACK)
    assert answer.status_code == 200, answer.json()
    district.settle()
    assert owners(district) == {VILLAGE}


def test_the_last_day_brings_it_back_and_overdue_ones_go_over_as_well(district: District) -> None:
    in_scope(district)
    later(district, days=70)
    assert {each["overdue"] for each in district[VILLAGE].items("/visits/due")} == {True}
    declared(district, since="2025-05-13", until="2025-05-20")
    later(district, days=0)
    assert owners(district) == {VILLAGE}, "not before the first day"
    later(district, days=1)
    assert owners(district) == {TOWN}
    later(district, days=7)
    assert owners(district) == {TOWN}
    later(district, days=1)
    assert owners(district) == {VILLAGE}


def test_a_village_worker_whom_the_town_sends_meets_what_it_took_over(district: District) -> None:
    child = in_scope(district)
    declared(district)
    later(district, days=3)
    visit = "/visits/f0000000-0000-4000-8000-000000000009"
    answer = district[VILLAGE].request("PUT", visit, json=form(child, visited_on="2025-03-06"))
    assert answer.status_code in (200, 201), answer.json()
    district.settle()
    due = district[TOWN].items("/visits/due")
    assert {(each["owner"], each["due_at"][:10] > "2025-04-05") for each in due} == {(TOWN, True)}


def test_where_the_villages_own_deputy_stands_in_the_village_owes_on(district: District) -> None:
    in_scope(district)
    declared(district, stand_in="DEPUTY")
    assert owners(district) == {VILLAGE}
    declared(district, by=TOWN)
    assert owners(district) == {TOWN}
    declared(district, stand_in="DEPUTY")
    assert owners(district) == {VILLAGE}


@pytest.mark.parametrize("owed", ["before", "meanwhile"])
def test_what_went_past_a_conflicted_town_comes_back_as_well(district: District, owed: str) -> None:
    """Given a child whose town is conflicted (利害关系单位) / when the village is away and its town
    stands in / then civil affairs see to the visits, those that come up meanwhile as well, and the
    village owes them again when somebody is back."""
    given.send(district.program, EDUCATION, "education.roll", given.enrolled(given.pupil(1)))
    if owed == "before":
        in_scope(district)
    else:
        district.settle()
    child = given.child_of(district.program, given.pupil(1))
    report(district.program, child, suspect_unit=name(district.program, TOWN))
    declared(district)
    if owed == "meanwhile":
        in_scope(district)
    assert owners(district, CIVIL_AFFAIRS) == {CIVIL_AFFAIRS}
    assert district[VILLAGE].post("/away/end", BACK).status_code == 200
    district.settle()
    assert owners(district, CIVIL_AFFAIRS) == {VILLAGE}


def test_village_town_and_civil_affairs_see_it_and_nobody_else(district: District) -> None:
    declared(district)
    for desk in (VILLAGE, TOWN, CIVIL_AFFAIRS):
        (said,) = (each for each in district[desk].items("/away") if each["title"] == "登记离岗")
        assert (said["clear"]["organisation"], said["clear"]["until"]) == (VILLAGE, "2025-03-12")
        assert said["fields"]["account"] == REASON
    for desk in (OTHER_TOWN, SCHOOL):
        assert district[desk].items("/away") == []
        for path, body in (("/away", AWAY), ("/away/end", BACK)):
            there = district[desk].post(path, body)
            nobody = district[desk].post(path, body | {"organisation": SCHOOL})
            assert there.status_code == nobody.status_code == 422
            assert there.json()["detail"] == nobody.json()["detail"]


def test_what_it_refuses_it_says_plainly(district: District) -> None:
    for body, words in (
        (AWAY | {"until": "2025-03-02"}, "不能早于"),
        (AWAY | {"until": "2025-12-01"}, "最长到2025年06月01日"),
        (AWAY | {"organisation": f"village:{VILLAGE_CODE}9"}, "没有这个单位"),
    ):
        answer = district[VILLAGE].post("/away", body)
        assert answer.status_code >= 400
        assert words in answer.json()["detail"]
    assert "无须返岗" in district[VILLAGE].post("/away/end", BACK).json()["detail"]


def test_a_hub_that_stopped_half_way_hands_over_the_rest(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is planned twice changes nothing, and what was not is planned still."""
    for number in (1, 2):
        in_scope(district, number)
    hub = district.program.hub
    command, calls = hub.command, []

    def stops(*args: Any, **options: Any) -> Any:
        if type(args[0]).__name__ == "PlanVisits":
            calls.append(args[0])
            if len(calls) == 3:
                raise RuntimeError("killed")
        return command(*args, **options)

    assert district[VILLAGE].post("/away", AWAY).status_code == 200
    with monkeypatch.context() as broken:
        broken.setattr(type(hub), "command", lambda self, *args, **options: stops(*args, **options))
        with pytest.raises(RuntimeError):
            district.settle()
    district.settle()
    assert owners(district) == {TOWN}
