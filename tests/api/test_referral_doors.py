"""The life of a referral (转介单), by its parties and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    at,
)


def inbox_of(district: District, organisation: str) -> dict[str, Any]:
    (referral,) = district[organisation].items("/inbox")
    return referral


def test_a_referral_is_accepted_started_and_completed(district: District) -> None:
    district.dropout()
    referral = inbox_of(district, STATION)
    assert (referral["title"], referral["state_name"]) == ("协查辍学", "待签收")
    assert referral["outcomes"] == {"FOUND": "找到", "NOT_FOUND": "未找到"}
    path = f"/referrals/{referral['id']}"
    desk = district[STATION]
    for step, state in (("accept", "已签收"), ("start", "办理中")):
        answer = desk.post(f"{path}/{step}")
        assert answer.status_code == 200
        district.settle()
        shown = desk.get(path, min_position=answer.json()["position"]).json()
        assert shown["state_name"] == state
    wrong = desk.post(f"{path}/complete", {"outcome": "RETURNED"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REFERRAL_OUTCOME")
    done = desk.post(
        f"{path}/complete",
        {"outcome": "FOUND", "happened_on": "2025-03-03", "account": "（示例）已联系到家长。"},
    )
    assert done.status_code == 200
    district.settle()
    assert desk.items("/inbox") == []
    again = desk.post(f"{path}/start")
    assert (again.status_code, again.json()["code"]) == (409, "REFERRAL_STATE")
    sent = [r for r in district[SCHOOL].items("/referrals/sent") if r["id"] == referral["id"]]
    assert [(r["state_name"], r["outcome_name"]) for r in sent] == [("办结", "找到")]


def test_a_referral_may_fail_or_come_back(district: District) -> None:
    district.dropout()
    town, station = inbox_of(district, TOWN), inbox_of(district, STATION)
    district[TOWN].post(f"/referrals/{town['id']}/accept")
    assert district[TOWN].post(f"/referrals/{town['id']}/fail", {}).status_code == 422
    failed = district[TOWN].post(f"/referrals/{town['id']}/fail", {"account": "（示例）未见到人"})
    assert failed.status_code == 200
    bad = district[STATION].post(f"/referrals/{station['id']}/return", {"reason": "BECAUSE"})
    assert (bad.status_code, bad.json()["faults"][0]["column"]) == (422, "reason")
    back = {"reason": "NOT_IN_JURISDICTION", "note": "（示例）不在本辖区"}
    assert district[STATION].post(f"/referrals/{station['id']}/return", back).status_code == 200
    district.settle()
    states = {r["kind"]: r["state_name"] for r in district[SCHOOL].items("/referrals/sent")}
    assert (states["persuade_dropout"], states["trace_dropout"]) == ("未办成", "退回")
    assert "reroute_returned" in {r["kind"] for r in district[CIVIL_AFFAIRS].items("/inbox")}


def test_the_sender_reads_sent_out_and_calls_off_nothing_that_a_record_asked_for(
    district: District,
) -> None:
    district.dropout()
    path = f"/referrals/{inbox_of(district, STATION)['id']}"
    assert district[SCHOOL].get(path).json()["state_name"] == "已转出"
    assert district[STATION].post(f"{path}/withdraw", {}).status_code == 404
    refused = district[SCHOOL].post(f"{path}/withdraw", {"note": "（示例）重复"})
    assert (refused.status_code, refused.json()["code"]) == (422, "REFERRAL_BY_RECORD")
    district.settle()
    assert len(district[STATION].items("/inbox")) == 1


STEPS: tuple[tuple[str, Any], ...] = (
    ("accept", None),
    ("start", None),
    ("complete", {"outcome": "FOUND"}),
    ("fail", {"account": "（示例）"}),
    ("return", {"reason": "DUPLICATE"}),
    ("withdraw", {}),
    ("hold", {"reason": "CHILD_AWAY", "until": "2025-03-10"}),
    ("resume", None),
)


@pytest.mark.parametrize(("step", "body"), STEPS)
def test_a_stranger_learns_nothing_of_a_referral(district: District, step: str, body: Any) -> None:
    district.dropout()
    real = inbox_of(district, STATION)["id"]
    before = district.program.store.position
    for organisation in (OTHER_STATION, PROCURATORATE):
        answers = [
            district[organisation].post(f"/referrals/{each}/{step}", body)
            for each in (real, uuid4(), "malformed")
        ] + [district[organisation].get(f"/referrals/{each}") for each in (real, uuid4(), "x")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["detail"] == NOTHING
    assert district.program.store.position == before


def test_a_command_with_a_key_is_carried_out_once(district: District) -> None:
    district.dropout()
    desk = district[STATION]
    path = f"/referrals/{inbox_of(district, STATION)['id']}"
    key = {"Idempotency-Key": "key-1"}
    first = desk.post(f"{path}/accept", headers=key)
    before = district.program.store.position
    again = desk.post(f"{path}/accept", headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == {**first.json(), "repeated": True}
    assert district.program.store.position == before
    other = desk.post(f"{path}/start", headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert district.program.store.position == before


def test_the_same_key_with_another_body_is_a_conflict(district: District) -> None:
    district.dropout()
    desk = district[STATION]
    path = f"/referrals/{inbox_of(district, STATION)['id']}"
    desk.post(f"{path}/accept")
    key = {"Idempotency-Key": "key-2"}
    assert desk.post(f"{path}/complete", {"outcome": "FOUND"}, headers=key).status_code == 200
    other = desk.post(f"{path}/complete", {"outcome": "NOT_FOUND"}, headers=key)
    assert other.status_code == 409


def test_a_refused_command_does_not_use_up_its_key(district: District) -> None:
    district.dropout()
    desk = district[STATION]
    path = f"/referrals/{inbox_of(district, STATION)['id']}"
    key = {"Idempotency-Key": "key-3"}
    assert desk.post(f"{path}/start", headers=key).status_code == 409
    desk.post(f"{path}/accept")
    assert desk.post(f"{path}/start", headers=key).status_code == 200


def test_a_key_is_its_owners_alone(district: District) -> None:
    district.dropout()
    key = {"Idempotency-Key": "1"}
    for organisation in (STATION, TOWN):
        path = f"/referrals/{inbox_of(district, organisation)['id']}"
        answer = district[organisation].post(f"{path}/accept", headers=key)
        assert answer.json()["repeated"] is False
    path = f"/referrals/{inbox_of(district, STATION)['id']}"
    colleague = district.hire(STATION)
    assert colleague.post(f"{path}/accept", headers=key).status_code == 409


def test_the_board_is_civil_affairs_and_counts_what_is_late(district: District) -> None:
    district.dropout()
    board = district[CIVIL_AFFAIRS].items("/board")
    assert {r["addressee"] for r in board} == {STATION, TOWN, CIVIL_AFFAIRS}
    assert not any(r["overdue"] for r in board)
    for organisation in (SCHOOL, STATION, TOWN, PROCURATORATE):
        assert district[organisation].items("/board") == []
        assert district[organisation].items("/overdue") == []
    at(district.program, START + timedelta(days=8))
    district.settle()
    overdue = district[CIVIL_AFFAIRS].get("/overdue").json()
    assert overdue["items"][0]["words"].startswith("逾期")
    assert sum(town["count"] for town in overdue["by_town"]) == len(overdue["items"])
    assert any(r["overdue"] for r in district[CIVIL_AFFAIRS].items("/board"))
    owners = {item["owner"] for item in district[STATION].items("/overdue")}
    assert owners == {STATION}
    assert district[CIVIL_AFFAIRS].items("/overdue", town="310117999") == []


def test_closed_referrals_are_listed_on_request(district: District) -> None:
    district.dropout()
    path = f"/referrals/{inbox_of(district, TOWN)['id']}"
    district[TOWN].post(f"{path}/accept")
    district[TOWN].post(f"{path}/complete", {"outcome": "RETURNED"})
    district.settle()
    assert district[TOWN].items("/inbox") == []
    assert [r["state"] for r in district[TOWN].items("/inbox", open_only=False)] == ["completed"]


def test_the_second_who_accepts_is_told_by_whom_it_was_taken(district: District) -> None:
    district.dropout()
    path = f"/referrals/{inbox_of(district, TOWN)['id']}"
    second = district.hire(TOWN)
    assert district[TOWN].post(f"{path}/accept").status_code == 200
    refused = second.post(f"{path}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "REFERRAL_TAKEN")
    assert f"“{district[TOWN].user.login}”" in refused.json()["detail"]
    # Nobody else is told of it at all.
    assert district[OTHER_STATION].post(f"{path}/accept").status_code == 404


def test_a_handler_and_a_deputy_are_named_among_colleagues(district: District) -> None:
    district.dropout()
    path = f"/referrals/{inbox_of(district, TOWN)['id']}"
    colleague, stranger = district.hire(TOWN), district.hire(SCHOOL)
    body = {"handler": colleague.user.login, "deputy": district[TOWN].user.login}
    assert district[TOWN].post(f"{path}/assign", body).status_code == 200
    district.settle()
    mine = inbox_of(district, TOWN)
    assert (mine["handler"], mine["deputy"]) == (body["handler"], body["deputy"])
    sent = district[SCHOOL].get(path).json()
    assert (sent["handler"], sent["deputy"]) == (None, None)
    refusals = [
        district[TOWN].post(f"{path}/assign", {"handler": login})
        for login in (stranger.user.login, "nobody")
    ]
    assert {each.json()["code"] for each in refusals} == {"COLLEAGUE"}
    assert len({each.content for each in refusals}) == 1


def test_a_task_is_put_on_hold_and_goes_on(district: District) -> None:
    district.dropout()
    path = f"/referrals/{inbox_of(district, TOWN)['id']}"
    desk = district[TOWN]
    desk.post(f"{path}/accept")
    body = {"reason": "AWAITING_FAMILY", "until": "2025-03-10", "note": "（示例）家长周末返回"}
    wrong = desk.post(f"{path}/hold", {**body, "reason": "BECAUSE"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REFERRAL_HOLD_REASON")
    assert desk.post(f"{path}/hold", body).status_code == 200
    district.settle()
    rests = inbox_of(district, TOWN)
    assert rests["state_name"] == "暂缓"
    assert rests["held_until"].startswith("2025-03-10T16:00")
    early = desk.post(f"{path}/complete", {"outcome": "AGREED"})
    assert (early.status_code, "暂缓" in early.json()["detail"]) == (409, True)
    assert desk.post(f"{path}/resume").status_code == 200
    district.settle()
    assert inbox_of(district, TOWN)["state_name"] == "已签收"
    again = desk.post(f"{path}/resume")
    assert (again.status_code, again.json()["code"]) == (409, "REFERRAL_STATE")
