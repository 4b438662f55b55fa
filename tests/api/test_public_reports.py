"""A report by an organisation's link, without an account (报告链接; 强报意见 Arts 3, 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from anyio import run
from fastapi.testclient import TestClient
from httpx import Response
from starlette.requests import Request

from domain.organisations import Post
from hub.api.limits import PUBLIC_BYTES
from hub.api.organisation import ToTheHub
from hub.application import Busy
from tests.api.desks import PROBLEM, District
from tests.program import SCHOOL, START, STATION, TOWN, VILLAGE_CODE, at

pytestmark = pytest.mark.slow

WORDS = {
    "seen": "（示例）客房内有受伤儿童",
    "place": VILLAGE_CODE,
    "unit_named": "（示例）某宾馆",
    "reporter_name": "示前台",
    "call_back": "13800000000",
}


def link(district: District, days: int = 30) -> tuple[str, str]:
    """A link of the town's; gives its number and token."""
    hub = district.program
    made, token = hub.report_links.issue(TOWN, hub.clock.now(), days)
    return made.number, token


def report(district: District, token: str, **cells: Any) -> Response:
    body = {name: value for name, value in {**WORDS, **cells}.items() if value is not None}
    answer: Response = district.client.post(f"/api/v1/public/reports/{token}", json=body)
    return answer


def test_who_has_no_account_reports_by_a_link_and_is_told_what_to_call(district: District) -> None:
    """Given a link of the town's / when a hotel's desk reports by it / then the police of the beat
    have it at once, with the unit in words and a number to call back, and the answer is a receipt
    and whom to call, and nothing else."""
    _, token = link(district)
    answer = report(district, token)
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"receipt", "call"}
    assert told["call"][0]["number"] == "110"
    district.settle()
    (found,) = district[STATION].items("/reports")
    entries = district[STATION].get(f"/reports/{found['id']}").json()["entries"]
    (filed,) = [each for each in entries if each["title"] == "强制报告"]
    assert filed["fields"]["unit_named"] == WORDS["unit_named"]
    assert filed["fields"]["call_back"] == WORDS["call_back"]
    assert filed["clear"]["channel"] == "LINK"
    # Who supervises the unit follows it as the liaison does, and nobody else of the town.
    liaison = district.hire(TOWN, Post.DESIGNATED_REPORTER)
    assert liaison.get(f"/reports/receipts/{told['receipt']}").status_code == 200
    assert district[TOWN].items("/reports") == []


def test_a_receipt_given_by_a_link_serves_to_say_more_by_it(district: District) -> None:
    _, token = link(district)
    receipt = report(district, token).json()["receipt"]
    assert report(district, token, seen="（示例）补充", supplements=receipt).status_code == 201
    district.settle()
    assert len(district[STATION].items("/reports")) == 1


@pytest.mark.parametrize("how", ["unknown", "expired", "revoked"])
def test_a_link_that_is_none_takes_nothing_and_says_whom_to_call(
    district: District, how: str
) -> None:
    number, token = link(district, days=1)
    if how == "unknown":
        token = "x" * 43
    elif how == "expired":
        at(district.program, START + timedelta(days=1, seconds=1))
    else:
        assert district.program.report_links.revoke(number, district.program.clock.now())
    before = district.program.store.position
    answer = report(district, token, immediate_danger="是")
    assert (answer.status_code, answer.json()["code"]) == (404, "LINK_GONE")
    assert answer.headers["content-type"] == PROBLEM
    assert "拨打110" in answer.json()["detail"]
    assert district.program.store.position == before


def test_a_link_needs_a_number_to_call_back_but_of_who_is_in_danger(district: District) -> None:
    _, token = link(district)
    answer = report(district, token, call_back=None)
    assert (answer.status_code, answer.json()["code"]) == (422, "CALL_BACK_MISSING")
    assert "110" in answer.json()["detail"]
    assert "12345" in answer.json()["detail"]
    for said in ("是", "说不好"):
        assert report(district, token, call_back=None, immediate_danger=said).status_code == 201


def test_a_link_is_limited_but_never_for_who_is_in_danger(district: District) -> None:
    """A minute's and a day's number; over it the answer says 110 first, and danger is taken."""
    rules = district.program.policies.rules.casework.report_links
    _, token = link(district)
    for number in range(rules.a_minute):
        assert report(district, token, seen=f"（示例）{number}").status_code == 201
    full = report(district, token, seen="（示例）再一件")
    assert (full.status_code, full.json()["code"]) == (429, "LINK_BUSY")
    assert "拨打110" in full.json()["detail"]
    assert 0 < int(full.headers["retry-after"]) <= 61
    for urgent in ({"immediate_danger": "是"}, {"hurt": "是"}, {"是否受伤": "是"}, {"伤者": "她"}):
        assert report(district, token, seen="（示例）危险", **urgent).status_code == 201
    _, other = link(district)
    assert report(district, other, seen="（示例）另一链接").status_code == 201
    at(district.program, START + timedelta(minutes=2))
    assert report(district, token, seen="（示例）过后").status_code == 201


def test_what_comes_without_an_account_is_small(district: District) -> None:
    _, token = link(district)
    answer = report(district, token, seen="长" * PUBLIC_BYTES)
    assert answer.status_code == 413


def test_a_link_opens_no_other_door(district: District) -> None:
    _, token = link(district)
    client = district.client
    for path in ("/reports", "/inbox", "/public/../reports", "/status"):
        answer = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, path
    assert client.get(f"/api/v1/public/reports/{token}").status_code == 405
    assert client.get("/api/v1/public/anything").status_code == 404


def test_a_link_names_no_childs_file(district: District) -> None:
    child = district.dropout()
    _, token = link(district)
    assert report(district, token, child_ref=child).status_code == 201
    district.settle()
    (found,) = district[STATION].items("/reports")
    assert found["child_ref"] is None


@pytest.mark.parametrize("answered", ["record", "supplement"])
def test_110_comes_first_in_every_answer_to_a_report(district: District, answered: str) -> None:
    receipt = district[SCHOOL].send("report/mandatory", {"seen": "（示例）瘀青"})
    if answered == "supplement":
        path = f"/reports/receipts/{receipt['receipt']}/supplement"
        receipt = district[SCHOOL].post(path, {"seen": "（示例）更多"}).json()
    assert receipt["call"][0]["number"] == "110"


def test_the_forms_own_headings_are_read_as_its_fields(district: District) -> None:
    """Given a link / when danger, a number and what was seen come under the form's headings / then
    they are what its fields are; and danger needs no number under either name."""
    _, token = link(district)
    named = {"seen": None, "place": None, "call_back": None, "reporter_name": None}
    words = {
        "发现的情况": "（示例）瘀青",
        "孩子现在在哪": VILLAGE_CODE,
        "回电号码：": "13800000000",
    }
    assert report(district, token, **named, **words).status_code == 201
    district.settle()
    (found,) = district[STATION].items("/reports")
    entries = district[STATION].get(f"/reports/{found['id']}").json()["entries"]
    (filed,) = [each for each in entries if each["title"] == "强制报告"]
    assert filed["fields"]["call_back"] == "13800000000"
    assert "UNKNOWN_FIELD" not in filed["clear"]["defects"]
    danger = {"是否正在危险中": "是"}
    assert report(district, token, **named, **danger).status_code == 201
    district.settle()
    assert any(each["immediate_danger"] for each in district[STATION].items("/reports"))


@pytest.mark.parametrize(
    "cells",
    [{"正在危险": "是"}, {"immediate_danger": "否", "是否正在危险中": "是"}, {"hurt": "是"}],
    ids=["under a name that nobody knows", "under both names", "hurt"],
)
def test_what_may_be_danger_needs_no_number(district: District, cells: dict[str, str]) -> None:
    _, token = link(district)
    assert report(district, token, call_back=None, **cells).status_code == 201


def test_what_is_not_limited_uses_nothing_up(district: District) -> None:
    rules = district.program.policies.rules.casework.report_links
    _, token = link(district)
    for number in range(rules.a_minute + 1):
        answer = report(district, token, seen=f"（示例）{number}", immediate_danger="是")
        assert answer.status_code == 201
    assert report(district, token, seen="（示例）一件").status_code == 201


def test_two_people_behind_a_link_who_number_from_1_make_two_reports(district: District) -> None:
    _, token = link(district)
    one = report(district, token, reference="1", seen="（示例）甲").json()["receipt"]
    two = report(district, token, reference="1", seen="（示例）乙").json()["receipt"]
    assert one != two
    assert report(district, token, reference="1", seen="（示例）乙").json()["receipt"] == two
    district.settle()
    found = district[STATION].items("/reports")
    assert len(found) == 2
    entries = district[STATION].get(f"/reports/{found[0]['id']}").json()["entries"]
    (filed,) = [each for each in entries if each["title"] == "强制报告"]
    assert '"编号（凭链接填写）": "1"' in filed["fields"]["unread"]


def test_a_desk_that_says_it_came_by_a_link_keeps_its_own_reference(district: District) -> None:
    """By a link is what comes through the door of links, whatever a desk writes into a cell."""
    for channel in ("LINK", "报告链接"):
        cells = {**WORDS, "channel": channel, "reference": f"示例-{channel}"}
        district[SCHOOL].send("report/mandatory", cells)
        again = district[SCHOOL].send("report/mandatory", {**cells, "seen": "（示例）改正"})
        assert again["corrected"] is True


@pytest.mark.parametrize("how", ["no JSON", "no object", "large", "elsewhere", "busy", "a defect"])
def test_no_refusal_without_an_account_leaves_anybody_alone(
    district: District, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Whatever is answered says 110 and 12345, and who has an account is told nothing of it."""
    _, token = link(district)
    path = f"/api/v1/public/reports/{token}"
    client = TestClient(district.client.app, raise_server_exceptions=False)
    if how == "no JSON":
        answer = client.post(path, content="{", headers={"Content-Type": "application/json"})
    elif how == "no object":
        answer = client.post(path, json=[1])
    elif how == "large":
        answer = client.post(path, json={"seen": "长" * PUBLIC_BYTES})
    elif how == "elsewhere":
        answer = client.post("/api/v1/public/anything", json={})
    else:
        failure = Busy() if how == "busy" else RuntimeError()

        def fails(*given: Any) -> None:
            raise failure

        monkeypatch.setattr(district.program.intake, "record", fails)
        answer = client.post(path, json=WORDS)
    assert answer.status_code in (404, 413, 422, 500, 503)
    assert answer.headers["content-type"] == PROBLEM
    assert "110" in answer.json()["detail"]
    assert "12345" in answer.json()["detail"]
    assert "12345" not in client.get("/api/v1/nothing").json()["detail"]


def test_an_own_server_that_reaches_no_hub_leaves_nobody_alone() -> None:
    """Given an organisation's own server, which carries the public door to the hub / when the hub
    answers nothing / then whoever reports reads whom to call, and at other doors nobody does."""

    def down(request: httpx.Request) -> Response:
        raise httpx.ConnectError("down")

    async def asked(path: str) -> str:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"{}", "more_body": False}

        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": []}
        there = httpx.MockTransport(down)
        async with httpx.AsyncClient(transport=there, base_url="http://testserver") as client:
            answer = await ToTheHub(client)(Request(scope, receive))
        assert answer.status_code == 503
        return bytes(answer.body).decode()

    assert "拨打110" in run(asked, "/api/v1/public/reports/x")
    assert "110" not in run(asked, "/api/v1/consents")
