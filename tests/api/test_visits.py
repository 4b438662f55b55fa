"""Visits over HTTP: what is owed, and a form that may be sent as often as a phone likes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests import program as given
from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    OTHER_VILLAGE,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
)

pytestmark = pytest.mark.slow


def in_scope(district: District, number: int = 1, **changes: Any) -> str:
    """A child in scope that lives in the village, and has a mentor and a companion at school; gives
    its pseudonym."""
    child = given.pupil(number)
    district[EDUCATION].send("education/roll", given.enrolled(child))
    district[TOWN].send("town/residence", given.resident(child, categories="孤儿", **changes))
    for role in ("成长导师", "互助伙伴"):
        paired = {**child, "role": role, "since": "2025-03-03", "who": "（示例）"}
        district[SCHOOL].send("education/pairing", paired)
    district.settle()
    return given.child_of(district.program, child)


def later(district: District, **time: int) -> None:
    given.at(district.program, district.program.clock.now() + timedelta(**time))
    district.settle()


def form(child_ref: str, **changes: Any) -> dict[str, Any]:
    return {
        "child_ref": child_ref,
        "visited_on": "2025-03-03",
        "form": "入户走访",
        "seen": "（示例）儿童本人",
        "harm_suspected": "否",
        **changes,
    }


def test_what_is_owed_is_listed_by_due_day_with_the_child(district: District) -> None:
    child_ref = in_scope(district)
    items = district[VILLAGE].items("/visits/due")
    assert [(each["title"], each["owner"], each["overdue"]) for each in items] == [
        ("联系", VILLAGE, False),
        ("入户走访", VILLAGE, False),
    ]
    assert {each["child_ref"] for each in items} == {child_ref}
    assert items[0]["child"]["fields"]["name"] == given.a_name(1)
    assert items[0]["due_at"].startswith("2025-04-03T16:00"), "3 April ends at 24:00 in Shanghai"


@pytest.mark.parametrize("organisation", [SCHOOL, OTHER_VILLAGE, OTHER_TOWN])
def test_others_see_nothing_owed(district: District, organisation: str) -> None:
    in_scope(district)
    assert district[organisation].items("/visits/due") == []


@pytest.mark.parametrize("organisation", [TOWN, CIVIL_AFFAIRS])
def test_town_and_civil_affairs_see_it_by_village_and_day(
    district: District, organisation: str
) -> None:
    in_scope(district)
    desk = district[organisation]
    assert len(desk.items("/visits/due", village=VILLAGE_CODE)) == 2
    assert desk.items("/visits/due", village=OTHER_VILLAGE_CODE) == []
    (first,) = desk.items("/visits/due", until="2025-04-03")
    assert first["kind"] == "contact"
    assert desk.items("/visits/due", until="2025-04-02") == []


def test_a_town_sees_which_village_is_behind(district: District) -> None:
    in_scope(district)
    later(district, days=32)
    body = district[TOWN].get("/visits/due").json()
    (village,) = body["by_village"]
    assert (village["village"], village["owed"], village["overdue"]) == (VILLAGE, 2, 1)
    assert village["village_name"] == "示例第一社区"
    assert district[OTHER_TOWN].get("/visits/due").json()["by_village"] == []


def test_the_list_goes_on_where_a_page_ends(district: District) -> None:
    for number in range(1, 4):
        in_scope(district, number)
    desk, found, cursor = district[VILLAGE], [], None
    while True:
        body = desk.get("/visits/due", limit=4, **({"cursor": cursor} if cursor else {})).json()
        found += [each["id"] for each in body["items"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 6


def test_a_visit_put_twice_is_one_visit(district: District) -> None:
    child_ref, visit = in_scope(district), uuid4()
    desk = district[VILLAGE]
    first = desk.request("PUT", f"/visits/{visit}", json=form(child_ref))
    assert first.status_code == 201
    again = desk.request("PUT", f"/visits/{visit}", json=form(child_ref))
    assert again.status_code == 200
    assert again.json() == {**first.json(), "repeated": True}
    district.settle()
    (entry,) = desk.items(f"/visits/{visit}")
    assert entry["fields"]["seen"] == "（示例）儿童本人"
    assert entry["words"]["form"] == "入户走访"
    owed = {each["title"]: each["counted_from"] for each in desk.items("/visits/due")}
    assert owed == {"联系": "2025-03-03", "入户走访": "2025-03-03"}


def test_other_content_under_its_number_is_refused_with_both(district: District) -> None:
    child_ref, visit = in_scope(district), uuid4()
    desk = district[VILLAGE]
    desk.request("PUT", f"/visits/{visit}", json=form(child_ref))
    district.settle()
    other = desk.request("PUT", f"/visits/{visit}", json=form(child_ref, mood="（示例）低落"))
    assert other.status_code == 409
    body = other.json()
    (recorded,) = body["recorded"]
    assert recorded["fields"] == {"seen": "（示例）儿童本人"}
    kept = desk.get(f"/quarantine/{body['quarantine_id']}").json()
    assert kept["cells"]["mood"] == "（示例）低落"
    district.settle()
    (entry,) = desk.items(f"/visits/{visit}")
    assert "mood" not in entry["fields"], "what was received stays as it was"


def test_a_visit_that_is_corrected_to_nobody_met_is_owed_again(district: District) -> None:
    """更正为未见到人, under the number of the visit: by the day by which it was owed before."""
    child_ref, visit = in_scope(district), uuid4()
    desk = district[VILLAGE]
    district.settle()
    before = {each["title"]: each["due_at"] for each in desk.items("/visits/due")}
    later(district, days=5)
    made = {"visited_on": "2025-03-08"}
    desk.request("PUT", f"/visits/{visit}", json=form(child_ref, **made))
    district.settle()
    assert {e["title"]: e["due_at"] for e in desk.items("/visits/due")} != before
    unseen = form(child_ref, seen="", not_met_reason="家中无人", corrects="是", **made)
    answer = desk.request("PUT", f"/visits/{visit}", json=unseen)
    assert (answer.status_code, answer.json()["corrected"]) == (201, True)
    district.settle()
    assert {e["title"]: e["due_at"] for e in desk.items("/visits/due")} == before
    again = form(child_ref, visited_on="2025-03-02", corrects="是")
    assert desk.request("PUT", f"/visits/{visit}", json=again).status_code == 201
    district.settle()
    assert {e["title"]: e["due_at"] for e in desk.items("/visits/due")} == before, "not owed then"


def test_a_correction_never_makes_it_another_childs_visit(district: District) -> None:
    child_ref, other, visit = in_scope(district), in_scope(district, 2), uuid4()
    desk = district[VILLAGE]
    desk.request("PUT", f"/visits/{visit}", json=form(child_ref))
    answer = desk.request("PUT", f"/visits/{visit}", json=form(other, corrects="是"))
    assert answer.status_code == 422
    assert [fault["code"] for fault in answer.json()["faults"]] == ["VISIT_OTHER_CHILD"]


def test_a_number_of_another_organisation_tells_nothing(district: District) -> None:
    child_ref, visit = in_scope(district), uuid4()
    district[VILLAGE].request("PUT", f"/visits/{visit}", json=form(child_ref))
    district.settle()
    for organisation in (OTHER_VILLAGE, TOWN, SCHOOL):
        answer = district[organisation].get(f"/visits/{visit}")
        assert (answer.status_code, answer.json()["detail"]) == (404, NOTHING)


@pytest.mark.parametrize("known", [True, False])
def test_a_child_that_is_not_on_the_list_is_refused_alike(district: District, known: bool) -> None:
    child_ref = in_scope(district) if known else str(uuid4())
    answer = district[OTHER_VILLAGE].request("PUT", f"/visits/{uuid4()}", json=form(child_ref))
    body = answer.json()
    assert answer.status_code == 422
    assert [fault["code"] for fault in body["faults"]] == ["VISIT_NOT_YOURS"]
    assert body["quarantine_id"], "the visit is kept: it needs another look"


def test_another_seat_has_no_such_form(district: District) -> None:
    answer = district[SCHOOL].request("PUT", f"/visits/{uuid4()}", json=form(str(uuid4())))
    assert answer.status_code == 403


def test_danger_goes_out_whatever_becomes_of_the_form(district: District) -> None:
    child_ref = in_scope(district)
    bad = form(child_ref, form="飞过去", harm_suspected="是", harm_seen="（示例）瘀青")
    answer = district[VILLAGE].request("PUT", f"/visits/{uuid4()}", json=bad)
    assert answer.status_code == 422
    receipt = answer.json()["report_receipt"]
    assert "110" in answer.json()["detail"]
    district.settle()
    followed = district[VILLAGE].get(f"/reports/receipts/{receipt}").json()
    assert followed["report"]["state_name"] == "已报告"


def test_what_nobody_visits_is_on_the_board(district: District) -> None:
    """逾期未走访: civil affairs and the town see it by town; once visited it is gone."""
    child_ref = in_scope(district)
    later(district, days=32)
    for organisation in (CIVIL_AFFAIRS, TOWN, VILLAGE):
        body = district[organisation].get("/overdue").json()
        (late,) = visits(body["items"])
        assert (late["kind_name"], late["owner"], late["matter_name"]) == ("联系", VILLAGE, "走访")
        by_town = [(each["town"], each["count"]) for each in body["by_town"]]
        assert by_town == [("310117001", len(body["items"]))]
    assert district[SCHOOL].items("/overdue") == []
    today = district.program.clock.now().date().isoformat()
    district[VILLAGE].request(
        "PUT", f"/visits/{uuid4()}", json=form(child_ref, visited_on=today, form="电话联系")
    )
    district.settle()
    assert visits(district[CIVIL_AFFAIRS].items("/overdue")) == []


def visits(overdue: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of them that are visits: nobody has entered the child elsewhere (已录入) either."""
    return [each for each in overdue if each["matter_name"] == "走访"]


def test_a_tier_raised_while_a_visit_is_overdue_is_settled(district: District) -> None:
    """The clock of what is overdue is not started again: the hub would never come to rest."""
    in_scope(district)
    later(district, days=32)
    district[TOWN].send(
        "town/residence",
        given.resident(given.pupil(1), categories="孤儿", grounds="儿童残疾"),
    )
    district.settle()
    assert district.program.reactor.tick() == 0
    assert [each["kind"] for each in visits(district[TOWN].items("/overdue"))] == ["contact"]


def test_a_child_that_moves_takes_its_visits_along(district: District) -> None:
    in_scope(district)
    child = given.pupil(1)
    district[OTHER_TOWN].send(
        "town/residence", given.resident(child, OTHER_VILLAGE_CODE, since="2025-03-01")
    )
    district.settle()
    assert district[VILLAGE].items("/visits/due") == []
    assert {each["owner"] for each in district[OTHER_VILLAGE].items("/visits/due")} == {
        OTHER_VILLAGE
    }


def test_a_child_in_an_institution_is_owed_no_visits_in_its_village(district: District) -> None:
    """临时监护安置: the institution cares for it and civil affairs review; at home again, the
    village visits again, counted from then."""
    child_ref = in_scope(district)
    bureau, who = district[CIVIL_AFFAIRS], given.pupil(1)
    who = {"name": who["name"], "id_number": who["id_number"]}
    placement = {"situation": "监护人下落不明", "care": "机构照料", "place": "示例儿童福利院"}
    bureau.send("civil_affairs/placement", {**who, **placement, "placed_on": "2025-03-03"})
    district.settle()
    assert district[VILLAGE].items("/visits/due") == []
    later(district, days=70)
    late = district[CIVIL_AFFAIRS].items("/overdue")
    assert [each for each in late if each["matter_name"] == "走访"] == []
    today = district.program.clock.now().date().isoformat()
    can_return = {"assessed_on": today, "grade": "一般", "conclusion": "可以回归家庭"}
    bureau.send("civil_affairs/assessment", {**who, **can_return})
    district.settle()
    given.approve(district.program, CIVIL_AFFAIRS)
    bureau.send("civil_affairs/return_home", {**who, "returned_on": today})
    district.settle()
    owed = {each["kind"]: each for each in district[VILLAGE].items("/visits/due")}
    assert {"contact", "home_visit"} <= set(owed)
    assert {each["child_ref"] for each in owed.values()} == {child_ref}
    assert owed["contact"]["counted_from"] == today
    assert not owed["contact"]["overdue"]


def test_the_register_shows_one_kind_where_asked(district: District) -> None:
    child_ref = in_scope(district)
    district[VILLAGE].request("PUT", f"/visits/{uuid4()}", json=form(child_ref))
    district.settle()
    titles = {each["title"] for each in district[VILLAGE].items("/register", stream="visit")}
    assert titles == {"走访记录"}
    assert district[VILLAGE].items("/register", stream="guardianship") == []
    assert district[TOWN].items("/register", stream="visit") == []
    (theirs,) = district[TOWN].items("/register", stream="visit", everybodys=True)
    assert (theirs["producer"], theirs["by"]) == (VILLAGE, "read")
    assert district[SCHOOL].items("/register", stream="visit", everybodys=True) == []
    assert district[VILLAGE].get("/register", stream="%").status_code == 422
