"""Children of one family over HTTP: stated by a town, decided by civil affairs."""

from __future__ import annotations

from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, SCHOOL, TOWN, child_of, pupil, resident


def siblings(district: District) -> tuple[str, str]:
    for number in (1, 2):
        district[TOWN].send("town/residence", resident(pupil(number)))
    district.settle()
    one, other = (child_of(district.program, pupil(number)) for number in (1, 2))
    return one, other


def test_a_town_states_and_civil_affairs_confirms_and_ends(district: District) -> None:
    one, other = siblings(district)
    path = f"/children/{one}/family"
    assert district[TOWN].items(path) == []
    said = {"other": other, "link": "SIBLING", "note": "户口簿第2页", "other_note": "户口簿第3页"}
    assert district[TOWN].post(path, said).status_code == 200
    (told,) = district[TOWN].items(f"/children/{other}/family")
    assert (told["link_name"], told["state_name"]) == ("兄弟姐妹", "单位登记，待确认")
    assert told["child"]["child_ref"] == one
    assert (told["note"], told["other_note"]) == ("户口簿第3页", "户口簿第2页")
    decided = {"other": other, "link": "SIBLING", "ground": "DOCUMENT"}
    refused = district[TOWN].post(f"{path}/confirm", decided)
    assert (refused.status_code, refused.json()["code"]) == (422, "FAMILY_LINK_NOT_YOURS")
    assert district[CIVIL_AFFAIRS].post(f"{path}/confirm", decided).status_code == 200
    (told,) = district[TOWN].items(path)
    assert (told["state"], told["ground_name"]) == ("CONFIRMED", "核对户口簿或出生医学证明")
    wrong = district[CIVIL_AFFAIRS].post(f"{path}/reject", {**decided, "ground": "MISTAKE"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "FAMILY_LINK_STATE")
    over = {**decided, "ground": "MISTAKE"}
    assert district[CIVIL_AFFAIRS].post(f"{path}/end", over).status_code == 200
    assert district[TOWN].items(path) == []
    (told,) = district[TOWN].items(path, over="true")
    assert told["state_name"] == "已终止"


def test_civil_affairs_is_shown_who_has_a_telephone_in_common(district: District) -> None:
    for number in (1, 2):
        shared = pupil(number, guardian_phone="13912345678")
        district[TOWN].send("town/residence", resident(shared))
    district.settle()
    (pair,) = district[CIVIL_AFFAIRS].items("/family-candidates")
    assert [each["text"] for each in pair["reasons"]] == ["监护人电话相同"]
    assert district[TOWN].items("/family-candidates") == []
    body = {"other": pair["other"]["child_ref"], "link": "SAME_GUARDIAN", "ground": "VISITED"}
    path = f"/children/{pair['child']['child_ref']}/family"
    assert district[CIVIL_AFFAIRS].post(f"{path}/confirm", body).status_code == 200
    assert district[CIVIL_AFFAIRS].items("/family-candidates") == []
    assert len(district[TOWN].items(path)) == 1


def test_whoever_does_not_see_both_states_nothing(district: District) -> None:
    one, other = siblings(district)
    answer = district[SCHOOL].post(f"/children/{one}/family", {"other": other, "link": "SIBLING"})
    assert answer.status_code == 404
    assert district[TOWN].items(f"/children/{one}/family") == []
