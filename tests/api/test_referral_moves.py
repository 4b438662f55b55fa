"""首接负责 over HTTP: a report moves when another organisation has accepted it, and not before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE_CODE,
)


def reported(district: District) -> str:
    """A report that the station has accepted; gives its task's path."""
    words = {"seen": "（示例）手臂多处瘀青", "reporter_name": "单庚师", "place": VILLAGE_CODE}
    district[SCHOOL].send("report/mandatory", words)
    district.settle()
    (task,) = district[STATION].items("/inbox")
    path = f"/referrals/{task['id']}"
    assert district[STATION].post(f"{path}/accept").status_code == 200
    district.settle()
    return path


def asked(district: District) -> str:
    path = reported(district)
    answer = district[STATION].post(f"{path}/offer", {"to": OTHER_STATION})
    assert answer.status_code == 200, answer.json()
    district.settle()
    return path


def test_the_other_station_is_asked_accepts_and_has_it(district: District) -> None:
    path = asked(district)
    (mine,) = district[STATION].items("/inbox")
    assert (mine["state_name"], mine["offered_to"]) == ("已签收", OTHER_STATION)
    (theirs,) = district[OTHER_STATION].items("/inbox")
    assert (theirs["state_name"], theirs["addressee"]) == ("请求移交", STATION)
    assert theirs["offer_by"] is not None
    shown = district[OTHER_STATION].get(f"/reports/{theirs['child_ref']}").json()
    told = str(shown["entries"])
    assert "手臂多处瘀青" in told
    assert "单庚师" not in told, "who reported is told to whoever has it in hand"
    assert district[OTHER_STATION].post(f"{path}/accept").status_code == 200
    district.settle()
    assert district[STATION].items("/inbox") == []
    (theirs,) = district[OTHER_STATION].items("/inbox")
    assert (theirs["state_name"], theirs["addressee"]) == ("已签收", OTHER_STATION)
    assert "单庚师" in str(district[OTHER_STATION].get(f"/reports/{theirs['child_ref']}").json())
    done = district[OTHER_STATION].post(f"{path}/complete", {"outcome": "NOT_FILED"})
    assert (done.status_code, done.json()["code"]) == (422, "REFERRAL_BY_REPORT")
    assert district[STATION].post(f"{path}/complete", {"outcome": "NOT_FILED"}).status_code == 404


@pytest.mark.parametrize("by", [STATION, OTHER_STATION], ids=["taken back", "declined"])
def test_an_offer_that_came_to_nothing_leaves_it_with_the_first(
    district: District, by: str
) -> None:
    path = asked(district)
    assert district[by].post(f"{path}/decline", {"note": "（示例）不在本辖区"}).status_code == 200
    district.settle()
    (mine,) = district[STATION].items("/inbox")
    assert (mine["state_name"], mine["offered_to"]) == ("已签收", None)
    assert district[OTHER_STATION].items("/inbox") == []
    late = district[OTHER_STATION].post(f"{path}/accept")
    assert (late.status_code, late.json()["detail"]) == (404, NOTHING)
    again = district[STATION].post(f"{path}/decline", {})
    assert (again.status_code, again.json()["code"]) == (409, "REFERRAL_NOT_OFFERED")


WAYS_OUT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("return", {"reason": "NOT_IN_JURISDICTION"}),
    ("fail", {"account": "（示例）找不到"}),
    ("reassign", {"addressee": POLICE}),
)


@pytest.mark.parametrize(("step", "body"), WAYS_OUT)
def test_nobody_gets_rid_of_a_report_and_is_told_what_to_do(
    district: District, step: str, body: dict[str, Any]
) -> None:
    path = reported(district)
    refused = district[STATION].post(f"{path}/{step}", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "REFERRAL_FIRST_ANSWERS")
    assert "请求移交" in refused.json()["detail"]
    district.settle()
    assert len(district[STATION].items("/inbox")) == 1
    assert district[CIVIL_AFFAIRS].items("/inbox") == []


def test_a_transfer_out_of_the_district_names_who_accepted_it(district: District) -> None:
    reported(district)
    (task,) = district[STATION].items("/inbox")
    path = f"/reports/{task['child_ref']}/decide"
    body = {"decision": "TRANSFERRED", "reason": "（示例）不属本区管辖"}
    refused = district[STATION].post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "TRANSFER_RECEIVER")
    whole = {**body, "receiver": "（示例）外区公安分局", "letter": "（外区）签收〔2025〕7号"}
    assert district[STATION].post(path, whole).status_code == 200


@pytest.mark.parametrize(("step", "body"), [("offer", {"to": POLICE}), ("decline", {})])
def test_a_stranger_learns_nothing_by_offering_or_declining(
    district: District, step: str, body: dict[str, Any]
) -> None:
    path = asked(district)
    for organisation in (TOWN, CIVIL_AFFAIRS, SCHOOL):
        for each in (path, "/referrals/malformed"):
            answer = district[organisation].post(f"{each}/{step}", body)
            assert (answer.status_code, answer.json()["detail"]) == (404, NOTHING)
