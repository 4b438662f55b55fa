"""Doors to mandatory reports (强制报告): filed by everybody, moved on by the police in hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.mandatory_report import NameReportedChild
from domain.organisations import Organisation, Post
from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_STATION,
    PROCURATORATE,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    at,
    child_of,
    pupil,
    resident,
)

pytestmark = pytest.mark.slow

WORDS = {"seen": "（示例）手臂多处瘀青", "situations": "MR4", "place": VILLAGE_CODE}


def filed(district: District, organisation: str = SCHOOL, **more: Any) -> tuple[str, str]:
    """File one; gives its number as the station sees it and the filer's receipt."""
    answer = district[organisation].send("report/mandatory", {**WORDS, **more})
    district.settle()
    (report,) = district[STATION].items("/reports")
    return report["id"], answer["receipt"]


STEPS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("accept", {"police_receipt": "示例接〔2025〕1号"}, "已接报"),
    ("decide", {"decision": "ADMIN_CASE", "reason": "（示例）殴打他人"}, "行政受案"),
    ("feedback", {"note": "（示例）已受案，孩子已就医"}, "已反馈"),
    ("feedback", {"note": "（示例）已处罚", "final": True}, "已反馈"),
    ("close", {"note": "（示例）办结"}, "结案"),
)


def test_a_report_goes_from_the_school_to_the_police_and_back(district: District) -> None:
    report, receipt = filed(district)
    desk = district[STATION]
    assert desk.get(f"/reports/{report}").json()["state_name"] == "已报告"
    for step, body, state in STEPS:
        answer = desk.post(f"/reports/{report}/{step}", body)
        assert answer.status_code == 200, answer.json()
        district.settle()
        shown = desk.get(f"/reports/{report}", min_position=answer.json()["position"]).json()
        assert shown["state_name"] == state
        followed = district[SCHOOL].get(f"/reports/receipts/{receipt}").json()["report"]
        assert (followed["id"], followed["state_name"]) == (report, state)
    told = [e["fields"].get("told") for e in followed["entries"] if "told" in e["fields"]]
    assert told == ["（示例）已处罚", "（示例）已受案，孩子已就医"]


def test_a_receipt_is_followed_from_the_very_first_filing(district: District) -> None:
    report, receipt = filed(district)
    assert district[SCHOOL].get(f"/reports/receipts/{receipt}").json()["report"]["id"] == report
    for stranger in (
        district.hire(SCHOOL),
        district.hire(SCHOOL, Post.HEAD),
        district[VILLAGE],
        district[OTHER_STATION],
    ):
        for each in (receipt, "20250303-22222222", "malformed"):
            answer = stranger.get(f"/reports/receipts/{each}")
            assert (answer.status_code, answer.json()["detail"]) == (404, NOTHING)
    liaison = district.hire(SCHOOL, Post.DESIGNATED_REPORTER)
    assert liaison.get(f"/reports/receipts/{receipt}").status_code == 200


def test_anybody_signed_in_files_one_and_no_answer_is_ever_a_refusal(district: District) -> None:
    for desk in (district[VILLAGE], district.hire(CIVIL_AFFAIRS, Post.DUTY), district[STATION]):
        for body in ({}, {"seen": "\x00"}, {"anything": {"at": ["all", None]}}, {"seen": 5}):
            answer = desk.post("/intake/report/mandatory", body)
            assert answer.status_code == 201, answer.json()
            assert answer.json()["receipt"]
        assert desk.items("/quarantine") == []


def test_half_a_character_in_a_body_is_no_refusal_either(district: District) -> None:
    answer = district[VILLAGE].request(
        "POST",
        "/intake/report/mandatory",
        content=b'{"seen": "\\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(("step", "body"), [(step, body) for step, body, _ in STEPS[:3]])
def test_nobody_else_moves_a_report_or_learns_that_it_is_there(
    district: District, step: str, body: dict[str, Any]
) -> None:
    report, _ = filed(district)
    before = district.program.store.position
    for organisation in (SCHOOL, OTHER_STATION, PROCURATORATE, CIVIL_AFFAIRS, TOWN):
        desk = district[organisation]
        answers = [
            desk.post(f"/reports/{each}/{step}", body) for each in (report, uuid4(), "malformed")
        ]
        assert {answer.status_code for answer in answers} <= {403, 404, 422}
        assert len({answer.content for answer in answers}) == 1, organisation
    assert district.program.store.position == before


@pytest.mark.parametrize("organisation", [OTHER_STATION, VILLAGE, TOWN])
def test_a_report_one_has_no_part_in_reads_like_none(district: District, organisation: str) -> None:
    report, _ = filed(district)
    desk = district[organisation]
    assert desk.items("/reports") == []
    answers = [desk.get(f"/reports/{each}") for each in (report, uuid4(), "malformed")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_report_is_not_closed_before_its_reporter_has_heard(district: District) -> None:
    report, _ = filed(district)
    early = district[STATION].post(f"/reports/{report}/close", {})
    assert (early.status_code, early.json()["code"]) == (422, "REPORT_NOT_FED_BACK")
    assert "请先登记反馈" in early.json()["detail"]


def test_a_command_with_a_key_is_carried_out_once(district: District) -> None:
    report, _ = filed(district)
    key = {"Idempotency-Key": "key-1"}
    path, body = f"/reports/{report}/feedback", {"note": "（示例）"}
    first = district[STATION].post(path, body, headers=key)
    before = district.program.store.position
    again = district[STATION].post(path, body, headers=key)
    assert again.json() == {**first.json(), "repeated": True}
    assert district.program.store.position == before


def test_what_the_procuratorate_supervises_is_listed_by_decision(district: District) -> None:
    report, _ = filed(district)
    desk = district[PROCURATORATE]
    assert desk.items("/reports", decision="NOT_FILED") == []
    bare = district[STATION].post(f"/reports/{report}/decide", {"decision": "NOT_FILED"})
    assert (bare.status_code, bare.json()["code"]) == (422, "REPORT_REASON")
    not_filed = {"decision": "NOT_FILED", "reason": "（示例）未发现违法事实"}
    assert district[STATION].post(f"/reports/{report}/decide", not_filed).status_code == 200
    district.settle()
    (line,) = desk.items("/reports", decision="NOT_FILED")
    assert (line["id"], line["state_name"]) == (report, "不立案")
    assert desk.items("/reports", decision="ADMIN_CASE") == []
    assert desk.get("/reports", decision="MAYBE").status_code == 422


def test_the_procuratorate_orders_that_it_be_filed(district: District) -> None:
    report, _ = filed(district)
    path, body = f"/reports/{report}/order-filing", {"reason": "（示例）理由不能成立"}
    early = district[PROCURATORATE].post(path, body)
    assert (early.status_code, early.json()["code"]) == (422, "REPORT_NOT_REFUSED")
    not_filed = {"decision": "NOT_FILED", "reason": "（示例）未发现违法事实"}
    district[STATION].post(f"/reports/{report}/decide", not_filed)
    district.settle()
    (task,) = district[PROCURATORATE].items("/inbox")
    assert task["title"] == "监督不立案决定"
    assert district[PROCURATORATE].post(path, body).status_code == 200
    district.settle()
    assert district[PROCURATORATE].items("/inbox") == []
    assert district[STATION].get(f"/reports/{report}").json()["state_name"] == "已报告"
    for organisation in (SCHOOL, OTHER_STATION, CIVIL_AFFAIRS, TOWN, STATION):
        desk = district[organisation]
        answers = [
            desk.post(f"/reports/{each}/order-filing", body) for each in (report, uuid4(), "no")
        ]
        assert len({answer.content for answer in answers}) == 1, organisation
        assert answers[0].status_code in (403, 404, 422)


def test_a_hurt_child_comes_first_and_the_reporter_says_more_and_hands_over(
    district: District,
) -> None:
    report, receipt = filed(district, hurt="是", reference="")
    station, school = district[STATION], district[SCHOOL]
    (task,) = station.items("/inbox")
    assert list(task)[:2] == ["safety", "first"], (
        "what endangers whoever goes there, then the child"
    )
    assert task["first"] == station.get(f"/reports/{report}").json()["first"]
    assert "先送医" in task["first"]
    more = school.post(f"/reports/receipts/{receipt}/supplement", {"seen": "（示例）又见新伤"})
    assert more.status_code == 201
    wrong = school.post("/reports/receipts/no-such/supplement", {"seen": "（示例）另一件"})
    assert wrong.status_code == 201
    assert more.json().keys() == wrong.json().keys()
    told = {k: v for k, v in more.json().items() if k not in ("receipt", "position")}
    assert told.items() <= wrong.json().items()
    district.settle()
    assert len(station.items("/reports")) == 2
    bad = station.post(f"/reports/{report}/medical", {"care": "NOT_SEEN"})
    assert (bad.status_code, bad.json()["code"]) == (422, "MEDICAL_CARE")
    assert station.post(f"/reports/{report}/medical", {"care": "SENT"}).status_code == 200
    handed = {"listed": "（示例）病历1份"}
    assert school.post(f"/reports/{report}/evidence", handed).status_code == 200
    number = {"number": "（示例）收1号"}
    assert station.post(f"/reports/{report}/evidence/receive", number).status_code == 200
    district.settle()
    assert station.get(f"/reports/{report}").json()["first"] is None
    entries = school.get(f"/reports/receipts/{receipt}").json()["report"]["entries"]
    assert "（示例）收1号" in str(entries)
    for desk in (district[OTHER_STATION], district[TOWN]):
        answers = [
            desk.post(f"/reports/{each}/{step}", body)
            for each in (report, uuid4())
            for step, body in (("evidence", handed),)
        ]
        assert len({answer.content for answer in answers}) == 1


def test_feedback_that_is_owed_shows_as_overdue(district: District) -> None:
    report, _ = filed(district)
    assert district[STATION].get(f"/reports/{report}").json()["feedback_overdue"] is False
    at(district.program, START + timedelta(days=5))
    district.settle()
    assert district[STATION].get(f"/reports/{report}").json()["feedback_overdue"] is True
    district[STATION].post(f"/reports/{report}/feedback", {"note": "（示例）"})
    district.settle()
    assert district[STATION].get(f"/reports/{report}").json()["feedback_overdue"] is False


def test_and_once_more_after_the_report_was_sent_again(district: District) -> None:
    report, _ = filed(district, reference="示例1")
    station = district[STATION]

    def overdue() -> list[str]:
        board = district[CIVIL_AFFAIRS].items("/overdue")
        return [each["subject_id"] for each in board if each["kind"] == "feedback"]

    station.post(f"/reports/{report}/feedback", {"note": "（示例）"})
    district.settle()
    # The same report, by its own number, with more in it.
    district[SCHOOL].send(
        "report/mandatory", {**WORDS, "reference": "示例1", "seen": "（示例）又有新伤"}
    )
    district.settle()
    assert [each["id"] for each in station.items("/reports", feedback_owed=True)] == [report]
    at(district.program, START + timedelta(days=5))
    district.settle()
    assert station.get(f"/reports/{report}").json()["feedback_overdue"] is True
    assert overdue() == [report]
    station.post(f"/reports/{report}/feedback", {"note": "（示例）再告知"})
    district.settle()
    assert overdue() == []


def test_the_list_is_told_page_by_page(district: District) -> None:
    for number in range(3):
        district[SCHOOL].send("report/mandatory", {**WORDS, "child": f"（示例）{number}"})
    district.settle()
    seen: list[str] = []
    cursor = None
    while True:
        page = district[STATION].get("/reports", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["id"] for each in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 3


def test_the_child_that_is_found_is_named_on_the_report(district: District) -> None:
    report, _ = filed(district)
    assert district[STATION].get(f"/reports/{report}").json()["child_ref"] is None
    district[STATION].send("police/report_child", {**pupil(1), "report_id": report})
    district.settle()
    child = district[STATION].get(f"/reports/{report}").json()["child_ref"]
    assert child
    titles = [e["title"] for e in district[STATION].items(f"/children/{child}/timeline")]
    assert "登记身份信息" in titles


def test_a_hospital_that_did_not_report_is_asked_for_what_it_keeps(district: District) -> None:
    """It is told whose records, hands over on the report, and learns nothing else of it."""
    program, hospital = district.program, "hospital:310117001"
    program.directory.add_organisations([Organisation(hospital, "示例区中心医院")])
    district[TOWN].send("town/residence", resident(pupil(1)))
    child = child_of(program, pupil(1))
    report, _ = filed(district)
    station = district[STATION]
    station.post(f"/reports/{report}/accept", {"police_receipt": "示例接〔2025〕1号"})
    ask = {"hospital": hospital}
    unknown = station.post(f"/reports/{report}/evidence/ask", ask)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "EVIDENCE_CHILD")
    name = NameReportedChild(report_id=UUID(report), child_ref=UUID(child))
    program.hub.command(name, actor(STATION))
    assert station.post(f"/reports/{report}/evidence/ask", ask).status_code == 200
    district.settle()
    (task,) = district[hospital].items("/inbox")
    assert (task["kind"], task["child_ref"]) == ("hand_over_evidence", child)
    assert "瘀青" not in str(task)
    handed = {"listed": "（示例）门诊病历1份"}
    assert district[hospital].post(f"/reports/{report}/evidence", handed).status_code == 200
    district.settle()
    assert district[hospital].items("/inbox") == []
    number = {"number": "（示例）收1号"}
    assert station.post(f"/reports/{report}/evidence/receive", number).status_code == 200
