"""Who leads a case, over HTTP: offered, accepted, declined, closed (plan 三2, P53)."""

from __future__ import annotations

from tests.api.desks import District
from tests.program import EDUCATION, OTHER_SCHOOL, STATION, TOWN, VILLAGE


def led(district: District) -> str:
    """A case that education leads; gives its path."""
    district.dropout()
    district.settle()
    (case,) = district[EDUCATION].items("/cases")
    assert (case["lead"], case["matter_name"], case["state_name"]) == (EDUCATION, "就学", "办理中")
    return f"/cases/{case['case_id']}"


def test_the_case_shows_its_referrals_and_its_lead_to_those_that_take_part(
    district: District,
) -> None:
    path = led(district)
    whole = district[EDUCATION].get(path).json()
    assert len(whole["referrals"]) == 3
    assert {each["case_id"] for each in whole["referrals"]} == {whole["case_id"]}
    mine = district[STATION].get(path).json()
    assert mine["lead"] == EDUCATION
    assert [each["addressee"] for each in mine["referrals"]] == [STATION]


def test_the_lead_is_offered_declined_with_a_reason_offered_again_and_accepted(
    district: District,
) -> None:
    path = led(district)
    education, town = district[EDUCATION], district[TOWN]
    assert education.post(f"{path}/lead/offer", {"to": TOWN}).status_code == 200
    district.settle()
    asked = town.get(path).json()
    assert (asked["state_name"], asked["offered_to"]) == ("移交牵头，待答复", TOWN)
    assert asked["answer_by"] is not None
    unsaid = town.post(f"{path}/lead/decline", {})
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "LEAD_REASON")
    declined = town.post(f"{path}/lead/decline", {"reason": "OTHER_BETTER"})
    assert declined.status_code == 200
    assert education.post(f"{path}/lead/offer", {"to": TOWN}).status_code == 200
    assert education.post(f"{path}/lead/decline", {}).status_code == 200, "taken back"
    assert education.post(f"{path}/lead/offer", {"to": TOWN}).status_code == 200
    assert town.post(f"{path}/lead/accept").status_code == 200
    district.settle()
    whole = town.get(path).json()
    assert whole["lead"] == TOWN
    assert [each["lead_name"] for each in whole["transfers"]] == [whole["lead_name"]]
    assert education.post(f"{path}/close").status_code == 404
    busy = town.post(f"{path}/close")
    assert (busy.status_code, busy.json()["code"]) == (409, "CASE_OPEN")


def test_to_everybody_else_a_case_is_one_that_is_not_there(district: District) -> None:
    path = led(district)
    for organisation in (VILLAGE, OTHER_SCHOOL):
        desk = district[organisation]
        answers = set()
        for number in (path, "/cases/00000000-0000-4000-8000-000000000001", "/cases/甲案"):
            shown = desk.get(number)
            acted = [
                desk.post(f"{number}/lead/offer", {"to": TOWN}),
                desk.post(f"{number}/lead/accept"),
                desk.post(f"{number}/lead/decline", {"reason": "NO_TASK"}),
                desk.post(f"{number}/close"),
            ]
            told = [(each.status_code, each.json()["title"]) for each in (shown, *acted)]
            answers.add(str(told))
            assert shown.status_code == 404
        assert len(answers) == 1
