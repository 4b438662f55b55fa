"""Doors to procuratorial advice (检察建议): issued to an office, answered by it within a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    DISTRICT,
    OTHER_SCHOOL,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    SCHOOL_NAME,
    START,
    STATION,
    TOWN,
    at,
)

pytestmark = pytest.mark.slow

MATTER = "（示例）完善校外托管场所排查"
ADVICE = {
    "document_number": "示检建〔2025〕0001号",
    "addressee": SCHOOL_NAME,
    "matter": MATTER,
    "issued_on": "2025-03-03",
}
REPLY = {"content": "（示例）已排查并整改"}


def issued(district: District, **changes: Any) -> str:
    """Issue one; gives its number as the procuratorate sees it."""
    district[PROCURATORATE].send("procuratorate/advice", {**ADVICE, **changes})
    district.settle()
    found: str = district[PROCURATORATE].items("/advice")[-1]["id"]
    return found


def test_an_advice_goes_to_the_school_and_its_reply_comes_back(district: District) -> None:
    advice = issued(district)
    for organisation in (PROCURATORATE, SCHOOL):
        (line,) = district[organisation].items("/advice")
        assert (line["id"], line["state_name"], line["overdue"]) == (advice, "待回复", False)
        assert (line["issued_on"], line["reply_by"]) == ("2025-03-03", "2025-04-03")
        assert line["addressee_name"] == SCHOOL_NAME
        (entry,) = district[organisation].get(f"/advice/{advice}").json()["entries"]
        assert entry["fields"]["matter"] == MATTER
    answer = district[SCHOOL].post(f"/advice/{advice}/reply", REPLY)
    assert answer.status_code == 200, answer.json()
    district.settle()
    for organisation in (PROCURATORATE, SCHOOL):
        shown = district[organisation].get(f"/advice/{advice}").json()
        assert (shown["state_name"], shown["replied_on"]) == ("已回复", "2025-03-03")
        assert shown["entries"][0]["fields"] == REPLY


def test_nobody_else_is_shown_it_and_no_more_than_the_matrix_gives(district: District) -> None:
    """The sub-bureau reads orders across the district (sharing matrix); it is no party to this."""
    advice = issued(district)
    others = {each.id for each in DISTRICT} - {PROCURATORATE, SCHOOL}
    for organisation in sorted(others):
        desk = district[organisation]
        assert desk.items("/advice") == [], organisation
        answers = [desk.get(f"/advice/{each}") for each in (advice, uuid4(), "malformed")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert desk.get("/overdue").json()["items"] == []
        timeline = desk.get(f"/children/{advice}/timeline").json()
        assert (timeline["items"] != []) is (organisation == POLICE), organisation


@pytest.mark.parametrize("organisation", [OTHER_SCHOOL, TOWN, STATION, CIVIL_AFFAIRS])
def test_nobody_else_replies_or_learns_that_it_is_there(
    district: District, organisation: str
) -> None:
    advice = issued(district)
    before = district.program.store.position
    desk = district[organisation]
    answers = [desk.post(f"/advice/{each}/reply", REPLY) for each in (advice, uuid4(), "malformed")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert district.program.store.position == before


def test_a_month_later_it_is_overdue_at_both_until_it_is_answered(district: District) -> None:
    """未保法 114: 一个月内. The last day still counts."""
    advice = issued(district)
    at(district.program, START + timedelta(days=31))
    district.settle()
    district.desks.clear()  # sign in anew: a month has passed
    assert district[SCHOOL].items("/overdue") == []
    at(district.program, START + timedelta(days=32))
    district.settle()
    for organisation in (PROCURATORATE, SCHOOL):
        (late,) = district[organisation].items("/overdue")
        assert (late["subject_id"], late["kind_name"]) == (advice, "回复检察建议")
        assert (late["owner"], late["matter_name"]) == (SCHOOL, "文书和训诫")
        assert district[organisation].items("/advice")[0]["overdue"] is True
    assert district[CIVIL_AFFAIRS].items("/overdue") == []
    district[SCHOOL].post(f"/advice/{advice}/reply", REPLY)
    district.settle()
    for organisation in (PROCURATORATE, SCHOOL):
        assert district[organisation].items("/overdue") == []
        (line,) = district[organisation].items("/advice")
        assert (line["overdue"], line["replied_on"]) == (False, "2025-04-04")


def test_a_reply_is_also_a_record_under_the_advices_number(district: District) -> None:
    advice = issued(district)
    row = {"advice_id": advice, "replied_on": "2025-03-03", "content": REPLY["content"]}
    district[SCHOOL].send("advice/reply", row)
    district.settle()
    assert district[PROCURATORATE].get(f"/advice/{advice}").json()["state_name"] == "已回复"
    strange, unknown = (
        district[OTHER_SCHOOL].post("/intake/advice/reply", {**row, "advice_id": each}).json()
        for each in (advice, str(uuid4()))
    )
    assert strange["faults"] == unknown["faults"] != []


def test_a_reply_says_something_is_carried_out_once_and_may_be_added_to(district: District) -> None:
    advice = issued(district)
    path, key = f"/advice/{advice}/reply", {"Idempotency-Key": "key-1"}
    assert district[SCHOOL].post(path, {"content": ""}).status_code == 422
    first = district[SCHOOL].post(path, REPLY, headers=key)
    again = district[SCHOOL].post(path, REPLY, headers=key)
    assert again.json() == {**first.json(), "repeated": True}
    at(district.program, START + timedelta(days=2))
    more = district[SCHOOL].post(path, {"content": "（示例）补充"})
    assert more.status_code == 200
    district.settle()
    (line,) = district[PROCURATORATE].items("/advice")
    assert line["replied_on"] == "2025-03-03", "the day of the reply that was owed"
    early = district[SCHOOL].post(path, {**REPLY, "replied_on": "2025-03-02"})
    assert (early.status_code, early.json()["code"]) == (422, "REPLY_BEFORE_ADVICE")


def test_an_advice_sent_again_with_other_words_is_the_same_one(district: District) -> None:
    advice = issued(district)
    assert issued(district, matter="（示例）完善排查") == advice
    entries = district[SCHOOL].get(f"/advice/{advice}").json()["entries"]
    assert entries[0]["fields"]["matter"] == "（示例）完善排查"
    other = {**ADVICE, "addressee": "示例第二小学"}
    refused = district[PROCURATORATE].post("/intake/procuratorate/advice", other)
    assert "另行制发" in str(refused.json())


def test_the_list_is_told_page_by_page_by_the_day_a_reply_is_due(district: District) -> None:
    for number, day in (("2", "2025-03-02"), ("3", "2025-03-01"), ("4", "2025-03-02")):
        issued(district, document_number=f"示检建〔2025〕{number}号", issued_on=day)
    seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = district[SCHOOL].get("/advice", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += page.json()["items"]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert [each["reply_by"] for each in seen] == ["2025-04-01", "2025-04-02", "2025-04-02"]
    assert len({each["id"] for each in seen}) == 3


def test_every_look_at_it_is_logged_under_orders(district: District) -> None:
    advice = issued(district)
    district[SCHOOL].get("/advice")
    looks = district.program.audit.of_child(advice)
    assert {each.action for each in looks} == {"advices"}
    assert {each.categories for each in looks} == {"orders"}
    assert {each.organisation for each in looks} == {PROCURATORATE, SCHOOL}
