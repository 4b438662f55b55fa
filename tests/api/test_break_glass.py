"""Doors to 紧急调阅: opened at once, listed for whoever is told, reviewed, ended."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.organisations import Post
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, OTHER_STATION, SCHOOL, TOWN, an_id_number

ASKED = {
    "categories": ["contact", "schooling"],
    "ground": "MISSING",
    "account": "（示例）夜间走失",
    "hours": 12,
}


def opened(district: District, **whom: Any) -> dict[str, Any]:
    answer = district[OTHER_STATION].post("/break-glass", {**ASKED, **whom})
    assert answer.status_code == 200, answer.json()
    district.settle()
    found: dict[str, Any] = answer.json()
    return found


def test_what_was_asked_is_seen_at_once_and_the_lead_finds_it_in_its_list(
    district: District,
) -> None:
    child = district.dropout()
    desk = district[OTHER_STATION]
    assert desk.get(f"/children/{child}").status_code == 404
    access = opened(district, child={"id_number": an_id_number(1)})["access_id"]
    assert desk.get(f"/children/{child}").json()["fields"]["guardian_phone"]
    shown = district[CIVIL_AFFAIRS].items(f"/break-glass/{access}")[0]
    assert shown["clear"]["named"] == child
    assert shown["fields"]["account"] == ASKED["account"]
    assert shown["legal_basis"] == "EMERGENCY"
    (line,) = district[CIVIL_AFFAIRS].items("/break-glass/uses")
    assert (line["organisation"], line["times"], line["open_reviews"]) == (OTHER_STATION, 1, 1)
    (log,) = [
        each
        for each in district[CIVIL_AFFAIRS].items(f"/children/{child}/access-log")
        if each["organisation"] == OTHER_STATION and each["action"] == "child_file"
    ]
    assert log["legal_basis_name"] == "紧急情况"


@pytest.mark.parametrize(
    "whom",
    [
        {"child_ref": str(uuid4())},
        {"child_ref": "410000000000000000"},
        {"child": {"id_number": an_id_number(77)}},
    ],
    ids=["unknown", "no pseudonym", "unknown number"],
)
def test_asking_for_nobody_is_answered_as_for_somebody(
    district: District, whom: dict[str, Any]
) -> None:
    child = district.dropout()
    known, unknown = opened(district, child_ref=child), opened(district, **whom)
    assert known.keys() == unknown.keys()
    own = [
        [
            (e["title"], e["clear"].keys(), e["fields"], e["child_ref"])
            for e in district[OTHER_STATION].items(f"/break-glass/{answer['access_id']}")
        ]
        for answer in (known, unknown)
    ]
    assert own[0] == own[1]


def test_a_post_or_a_category_that_may_not_is_told_so_whoever_it_names(district: District) -> None:
    child = district.dropout()
    reporter = district.hire(OTHER_STATION, Post.DESIGNATED_REPORTER)
    for desk, change, code in (
        (reporter, {}, "BREAK_GLASS_POST"),
        (district[OTHER_STATION], {"categories": ["reporter"]}, "BREAK_GLASS_CATEGORY"),
        (district[OTHER_STATION], {"ground": "CURIOUS"}, "BREAK_GLASS_GROUND"),
    ):
        answers = [
            desk.post("/break-glass", {**ASKED, "child_ref": each, **change})
            for each in (child, str(uuid4()))
        ]
        assert {(a.status_code, a.json()["code"]) for a in answers} == {(422, code)}
        assert len({a.content for a in answers}) == 1


def test_a_review_ends_what_was_wrong_and_nobody_else_reviews(district: District) -> None:
    child = district.dropout()
    access = opened(district, child_ref=child)["access_id"]
    verdict = {"justified": False, "note": "（示例）可先转介"}
    for organisation in (OTHER_STATION, TOWN, SCHOOL):
        desk = district[organisation]
        answers = [
            desk.post(f"/break-glass/{each}/review", verdict)
            for each in (access, str(uuid4()), "malformed")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
    desk = district[CIVIL_AFFAIRS]
    assert desk.post(f"/break-glass/{access}/review", verdict).status_code == 200
    assert desk.post(f"/break-glass/{access}/review", verdict).status_code == 409
    district.settle()
    assert district[OTHER_STATION].get(f"/children/{child}").status_code == 404
    for organisation in (TOWN, SCHOOL):
        strange = district[organisation].get(f"/break-glass/{access}")
        assert strange.content == district[organisation].get(f"/break-glass/{uuid4()}").content


def test_it_is_given_up_before_its_time_and_asked_once_under_one_key(district: District) -> None:
    child = district.dropout()
    key = {"Idempotency-Key": "key-1"}
    body = {**ASKED, "child_ref": child}
    first = district[OTHER_STATION].post("/break-glass", body, headers=key).json()
    again = district[OTHER_STATION].post("/break-glass", body, headers=key).json()
    assert again == {**first, "repeated": True}
    district.settle()
    ended = district[OTHER_STATION].post(f"/break-glass/{first['access_id']}/end")
    assert ended.status_code == 200
    district.settle()
    assert district[OTHER_STATION].get(f"/children/{child}").status_code == 404
