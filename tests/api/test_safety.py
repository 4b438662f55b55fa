"""Safety instructions (安全提示) over HTTP: issued, read first, ended, refused."""

from __future__ import annotations

from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    child_of,
    enrolled,
    pupil,
    resident,
)

LINE = "（示例）请勿单独放行，先电话联系"
BODY = {"text": LINE, "call": "110", "until": "2025-06-30", "seats": ["school", "village"]}
SEEN = {"text": LINE, "call": "110", "until": "2025-06-30", "ours": False}


def test_a_town_issues_one_and_ends_it(district: District) -> None:
    district[TOWN].send("town/residence", resident(pupil(1)))
    district[EDUCATION].send("education/roll", enrolled(pupil(1)))
    district.settle()
    path = f"/children/{child_of(district.program, pupil(1))}"
    done = district[TOWN].post(f"{path}/safety-instruction", BODY)
    assert (done.status_code, "receipt" in done.json()) == (200, True)
    for organisation in (SCHOOL, VILLAGE):
        shown = district[organisation].get(path).json()
        assert shown["safety"] == [SEEN]
        # It stands before everything else.
        assert next(iter(shown)) == "safety"
        timeline = district[organisation].get(f"{path}/timeline").json()
        assert timeline["safety"] == [SEEN]
    assert district[VILLAGE].items("/children")[0]["safety"] == [SEEN]
    assert district[TOWN].get(path).json()["safety"] == [{**SEEN, "ours": True}]
    for organisation in (CIVIL_AFFAIRS, EDUCATION, POLICE):
        shown = district[organisation].get(path)
        assert LINE not in shown.text
    refused = district[CIVIL_AFFAIRS].post(f"{path}/safety-instruction/end", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "SAFETY_NONE")
    nobody = {**BODY, "organisations": ["school:9999999999"]}
    refused = district[TOWN].post(f"{path}/safety-instruction", nobody)
    assert refused.json()["code"] == "NO_SUCH_ORGANISATION"
    assert district[TOWN].post(f"{path}/safety-instruction/end", {}).status_code == 200
    assert district[SCHOOL].get(path).json()["safety"] == []


def test_what_is_wrong_is_told_in_chinese(district: District) -> None:
    district[TOWN].send("town/residence", resident(pupil(1)))
    path = f"/children/{child_of(district.program, pupil(1))}/safety-instruction"
    for changed, code in (
        ({"text": "打13800000000"}, "SAFETY_NUMBER"),
        ({"call": "13800000000"}, "SAFETY_CALL"),
        ({"until": "2030-01-01"}, "SAFETY_UNTIL"),
        ({"seats": ["finance"]}, "SAFETY_TOLD"),
    ):
        refused = district[TOWN].post(path, {**BODY, **changed})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert "13800000000" not in refused.text
