"""Safe contacts (安全联系人) over HTTP: named, read with the child, refused, ended."""

from __future__ import annotations

from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, SCHOOL, TOWN, VILLAGE, child_of, pupil, resident

BODY = {
    "contact_name": "示例外婆",
    "contact_phone": "139 1234 5678",
    "contact_relation": "GRANDPARENT",
    "until": "2025-06-30",
}
SEEN = {
    "name": "示例外婆",
    "telephone": "13912345678",
    "relation": "祖父母、外祖父母",
    "until": "2025-06-30",
}


def test_a_town_names_one_and_ends_it(district: District) -> None:
    district[TOWN].send("town/residence", resident(pupil(1)))
    district.settle()
    path = f"/children/{child_of(district.program, pupil(1))}"
    assert district[TOWN].post(f"{path}/safe-contact", BODY).status_code == 200
    for organisation in (TOWN, VILLAGE, CIVIL_AFFAIRS):
        assert district[organisation].get(path).json()["safe_contact"] == SEEN
    assert district[VILLAGE].items("/children")[0]["safe_contact"] == SEEN
    assert SEEN["name"] not in district[SCHOOL].get(path).text
    refused = district[CIVIL_AFFAIRS].post(f"{path}/safe-contact/end", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "SAFE_CONTACT_NONE")
    assert district[TOWN].post(f"{path}/safe-contact/end", {}).status_code == 200
    assert district[TOWN].get(path).json()["safe_contact"] is None


def test_no_guardian_and_nobody_elses_child(district: District) -> None:
    district[TOWN].send("town/residence", resident(pupil(1)))
    path = f"/children/{child_of(district.program, pupil(1))}/safe-contact"
    for changed, code in (
        ({"contact_name": pupil(1)["guardian_name"]}, "SAFE_CONTACT_GUARDIAN"),
        ({"contact_relation": "GUARDIAN"}, "SAFE_CONTACT_RELATION"),
        ({"contact_phone": "110"}, "SAFE_CONTACT_PHONE"),
    ):
        refused = district[TOWN].post(path, {**BODY, **changed})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert "示例" not in refused.text
    other = district["town:310117002"].post(path, BODY)
    nobody = district["town:310117002"].post(
        "/children/00000000-0000-0000-0000-000000000009/safe-contact", BODY
    )
    assert (other.status_code, other.content) == (422, nobody.content)
