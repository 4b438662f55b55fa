"""Doors to yearly returns and to their exact figures."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.organisations import Organisation, Post
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, EDUCATION, at

LEAGUE = "youth_league:310117"
PATH = f"/annual-returns/{LEAGUE}/2025"


def test_p55_a_return_goes_round_over_http(district: District) -> None:
    hub = district.program
    hub.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
    at(hub, datetime(2026, 1, 12, 2, tzinfo=UTC))
    civil, league, head = (
        district.hire(CIVIL_AFFAIRS),
        district.hire(LEAGUE),
        district.hire(LEAGUE, Post.HEAD),
    )
    opening = {
        "department": LEAGUE,
        "year": 2025,
        "as_of": "2025-12-31",
        "fill_by": "2026-01-20",
    }
    assert league.get(PATH).status_code == 404
    assert league.post("/annual-returns", opening).json()["code"] == "RETURN_NOT_CHECKER"
    assert civil.post("/annual-returns", opening).status_code == 200
    (row,) = league.items("/annual-returns", year="2025")
    assert (row["state_words"], row["checker"]) == ("填报中", CIVIL_AFFAIRS)
    own = {"own": [{"indicator": "league_activities", "value": 8}]}
    refused = league.post(f"{PATH}/fill", own)
    assert refused.json()["code"] == "RETURN_DIFFERENCE"
    own["own"][0]["account"] = "（示例）另有台账"
    key = {"Idempotency-Key": "fill-once"}
    filled = league.post(f"{PATH}/fill", own, headers=key).json()
    assert not filled["repeated"]
    again = league.post(f"{PATH}/fill", own, headers=key).json()
    assert (again["repeated"], again["receipt"]) == (True, filled["receipt"])
    assert league.post(f"{PATH}/fill", {}, headers=key).status_code == 409
    assert civil.post(f"{PATH}/fill", {}).json()["code"] == "RETURN_NOT_YOURS"
    assert league.post(f"{PATH}/submit").status_code == 200
    because = {"because": "（示例）请核对场次"}
    assert civil.post(f"{PATH}/send-back", because).status_code == 200
    assert league.post(f"{PATH}/fill", {}).status_code == 200
    assert league.post(f"{PATH}/submit").status_code == 200
    assert civil.post(f"{PATH}/check").status_code == 200
    assert league.post(f"{PATH}/confirm").json()["code"] == "APPROVAL_POST"
    assert head.post(f"{PATH}/confirm").status_code == 200
    assert civil.post(f"{PATH}/lock").status_code == 200
    correction = {"indicator": "league_activities", "value": 3, **because}
    assert head.post(f"{PATH}/correct", correction, headers=key).status_code == 200
    assert head.post(f"{PATH}/correct", correction, headers=key).json()["repeated"]
    told = civil.get(PATH).json()
    assert (told["row"]["state_words"], told["confirmed_by"]) == ("已锁定", head.user.login)
    sheet = civil.get(f"{PATH}/sheet")
    assert sheet.headers["content-disposition"] == 'attachment; filename="annual-return-2025.xlsx"'
    assert sheet.headers["cache-control"] == "no-store"
    assert sheet.content.startswith(b"PK")
    assert district[EDUCATION].get(f"{PATH}/sheet").status_code == 404
    assert told["sent_back"] == ["（示例）请核对场次"]
    (line,) = told["lines"]
    assert (line["words"], line["corrections"][0]["before_words"]) == ("3场", "0场")
    assert district[EDUCATION].get(PATH).status_code == 404

    asks, approves = district.hire(CIVIL_AFFAIRS), district.hire(CIVIL_AFFAIRS, Post.HEAD)
    one, other = district.hire(CIVIL_AFFAIRS), district.hire(CIVIL_AFFAIRS)
    request = {
        "department": LEAGUE,
        "year": 2025,
        "readers": [one.user.login, other.user.login],
        "used_for": "（示例）统计年报",
    }
    made = asks.post("/statutory-returns", request)
    assert made.status_code == 200
    exact = f"/statutory-returns/{made.json()['request_id']}"
    assert one.get(exact).status_code == 404
    assert asks.post(f"{exact}/approve").json()["code"] == "APPROVAL_POST"
    assert approves.post(f"{exact}/approve").status_code == 200
    for reads in (one, other):
        found = reads.get(exact).json()
        assert (found["purpose"], found["lines"][0]["number"]) == ("（示例）统计年报", 0)
    for nobody in (asks, approves, league, head):
        assert nobody.get(exact).status_code == 404
    district.settle()
    (listed,) = one.items("/statutory-returns")
    assert (listed["state_words"], listed["mine"]) == ("可查看", True)
    assert approves.post(f"{exact}/refuse", because).json()["code"] == "EXACT_STATE"
    assert asks.post(f"{exact}/end").status_code == 200
    assert one.get(exact).status_code == 404
