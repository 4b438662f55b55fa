"""Finding a child, its file, its timeline, and who looked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE_CODE,
    a_name,
    an_id_number,
    birth_date,
    enrolled,
    pupil,
    resident,
    unnumbered,
)


def test_a_child_is_found_by_number_in_any_writing(district: District) -> None:
    reference = district.dropout()
    number = an_id_number(1)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    for written in (number, number.lower(), f" {number} ", wide):
        body = district[SCHOOL].post("/children/find", {"id_number": written}).json()
        assert [child["child_ref"] for child in body["items"]] == [reference]
        assert body["message"] is None


def test_a_child_without_a_number_is_found_by_name_birth_date_and_village(
    district: District,
) -> None:
    district[TOWN].send("town/residence", resident(unnumbered(7)))
    district.settle()
    asked = {"name": a_name(7), "birth_date": birth_date(7).isoformat(), "village": VILLAGE_CODE}
    (found,) = district[TOWN].post("/children/find", asked).json()["items"]
    assert found["fields"]["name"] == a_name(7)
    wrong = {**asked, "village": "示例不存在村"}
    answer = district[TOWN].post("/children/find", wrong)
    assert (answer.status_code, answer.json()["faults"][0]["code"]) == (422, "VILLAGE_UNKNOWN")


def test_looking_back_says_what_an_organisation_could_see_on_a_day(district: District) -> None:
    """Given a pupil of a school / when civil affairs asks by day and organisation / then it is told
    by which right and rules; of tomorrow, and by a school of another one, nothing."""
    path = f"/children/{district.dropout()}/as-of"
    today = district.program.clock.now().date()
    told = district[CIVIL_AFFAIRS].get(path, date=today.isoformat(), organisation=SCHOOL).json()
    assert (told["organisation"], told["on"]) == (SCHOOL, today.isoformat())
    assert told["rights"]["who"] == "read"
    assert told["rule_version"] == district.program.policies.version
    assert told["family"] == []
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert district[CIVIL_AFFAIRS].get(path, date=tomorrow).status_code == 422
    assert district[CIVIL_AFFAIRS].get(path).status_code == 422
    for asks, of in ((SCHOOL, CIVIL_AFFAIRS), (OTHER_SCHOOL, "")):
        answer = district[asks].get(path, date=today.isoformat(), organisation=of)
        assert answer.status_code == 404


def test_an_unknown_child_and_one_not_yours_are_answered_alike(district: District) -> None:
    reference = district.dropout()
    stranger = district[OTHER_SCHOOL]
    searches = [
        stranger.post("/children/find", {"id_number": an_id_number(number)}) for number in (1, 9)
    ]
    assert {answer.status_code for answer in searches} == {200}
    assert len({answer.content for answer in searches}) == 1
    assert searches[0].json() == {"items": [], "next_cursor": None, "message": NOTHING}
    for suffix, status in (("", 404), ("/timeline", 200), ("/access-log", 200)):
        answers = [
            stranger.get(f"/children/{each}{suffix}")
            for each in (reference, uuid4(), "malformed", an_id_number(1), "a" * 90)
        ]
        assert {answer.status_code for answer in answers} == {status}
        assert len({answer.content for answer in answers}) == 1
        body = answers[0].json()
        assert NOTHING in (body.get("detail"), body.get("message"))


def test_what_was_typed_into_an_address_stays_out_of_the_access_log(district: District) -> None:
    for suffix in ("", "/timeline", "/access-log"):
        district[SCHOOL].get(f"/children/{an_id_number(1)}{suffix}")
    entries = district.program.audit.newest(10)
    assert len(entries) == 3
    assert not [entry for entry in entries if an_id_number(1) in str(entry)]


@pytest.mark.parametrize(
    "asked", [{}, {"name": "示甲甲"}, {"id_number": "12"}, {"nickname": "示甲甲"}, []]
)
def test_an_inquiry_that_names_nobody_is_refused(district: District, asked: object) -> None:
    assert district[SCHOOL].post("/children/find", asked).status_code == 422


def test_searches_are_limited_per_person(district: District) -> None:
    colleague = district.hire(SCHOOL)
    asked = {"id_number": an_id_number(1)}
    answers = [district[SCHOOL].post("/children/find", asked) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 61
    assert answers[-1].json()["code"] == "TOO_MANY"
    assert colleague.post("/children/find", asked).status_code == 200


def test_children_are_paged_each_once(district: District) -> None:
    for number in range(5):
        district[EDUCATION].send("education/roll", enrolled(pupil(number)))
    district.settle()
    seen: list[str] = []
    params: dict[str, str] = {}
    for _ in range(3):
        body = district[SCHOOL].get("/children", limit=2, **params).json()
        seen += [child["child_ref"] for child in body["items"]]
        params = {"cursor": body["next_cursor"]}
    assert body["next_cursor"] is None
    assert len(seen) == len(set(seen)) == 5
    for wrong in ("!!", "é", "abc"):
        assert district[SCHOOL].get("/register", cursor=wrong).status_code == 422


def test_a_timeline_is_paged_newest_first(district: District) -> None:
    reference = district.dropout()
    whole = district[SCHOOL].items(f"/children/{reference}/timeline")
    positions = [entry["position"] for entry in whole]
    assert positions == sorted(positions, reverse=True)
    first = district[SCHOOL].get(f"/children/{reference}/timeline", limit=1).json()
    rest = district[SCHOOL].items(f"/children/{reference}/timeline", cursor=first["next_cursor"])
    assert [*first["items"], *rest] == whole
    titles = {entry["title"] for entry in whole}
    assert {"缺课登记", "疑似辍学"} <= titles


def test_unassigned_children_are_civil_affairs_list(district: District) -> None:
    district[EDUCATION].send("education/roll", enrolled(pupil(1)))
    district.settle()
    assert len(district[CIVIL_AFFAIRS].items("/children/unassigned")) == 1
    for organisation in (SCHOOL, EDUCATION, TOWN, STATION):
        assert district[organisation].items("/children/unassigned") == []
    district[TOWN].send("town/residence", resident(pupil(1)))
    district.settle()
    assert district[CIVIL_AFFAIRS].items("/children/unassigned") == []


def test_a_file_shows_who_looked_as_far_as_one_may_know(district: District) -> None:
    reference = district.dropout()
    for organisation in (SCHOOL, STATION, TOWN):
        district[organisation].get(f"/children/{reference}")
    lookers = {
        look["organisation"]
        for look in district[CIVIL_AFFAIRS].items(f"/children/{reference}/access-log")
    }
    assert {SCHOOL, STATION, TOWN} <= lookers
    own = district[SCHOOL].items(f"/children/{reference}/access-log")
    assert {look["organisation"] for look in own} == {SCHOOL}
    assert {look["organisation_name"] for look in own} == {"示例第一小学"}


def test_a_read_waits_for_what_one_has_written(district: District) -> None:
    desk = district[TOWN]
    receipt = desk.send("town/residence", resident(pupil(1)))
    position = receipt["position"]
    behind = desk.get("/children", min_position=position)
    assert (behind.status_code, behind.json()["code"]) == (503, "VIEW_BEHIND")
    assert behind.headers["retry-after"] == "1"
    assert desk.get("/children").json()["items"] == []
    district.settle()
    assert len(desk.items("/children", min_position=position)) == 1
    assert desk.get("/children", min_position=-1).status_code == 422


def asked(number: int, **changes: object) -> dict[str, object]:
    """A child as somebody asks for it who has no number."""
    stated = {"name": a_name(number), "birth_date": birth_date(number).isoformat(), **changes}
    return {name: value for name, value in stated.items() if value is not None}


def test_before_recording_one_searches_and_is_told_what_agrees(district: District) -> None:
    reference = district.dropout()
    body = district[SCHOOL].post("/children/search", {"id_number": an_id_number(1)}).json()
    (found,) = body["items"]
    assert found["child"]["child_ref"] == reference
    assert found["child"]["fields"]["name"] == a_name(1)
    assert [each["text"] for each in found["reasons"]] == ["身份证号相同", "出生日期相同"]
    body = district[SCHOOL].post("/children/search", asked(1, village=VILLAGE_CODE)).json()
    (found,) = body["items"]
    assert {each["code"] for each in found["reasons"]} == {"NAME", "BIRTH_DATE"}, "no village read"


def test_whoever_finds_nothing_is_told_to_record_all_the_same(district: District) -> None:
    """Nobody in its view, nobody at all: one answer, and what to do is the same."""
    district.dropout()
    answers = [
        district[OTHER_SCHOOL].post("/children/search", body)
        for body in ({"id_number": an_id_number(1)}, {"id_number": an_id_number(9)}, asked(1))
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    body = answers[0].json()
    assert body["items"] == []
    assert "请照常登记" in body["advice"]
    assert "不表示孩子安全" in body["advice"]
    assert "110" in body["advice"]


def test_the_same_advice_stands_under_what_was_found(district: District) -> None:
    district.dropout()
    found = district[SCHOOL].post("/children/search", {"id_number": an_id_number(1)}).json()
    none = district[SCHOOL].post("/children/search", {"id_number": an_id_number(9)}).json()
    assert found["advice"] == none["advice"]


def test_a_search_names_no_child_in_an_address(district: District) -> None:
    assert district[SCHOOL].get("/children/search", id_number=an_id_number(1)).status_code == 404
