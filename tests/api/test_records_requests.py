"""Doors to 调阅申请: asked under a document number, granted per category until a day, refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_SCHOOL,
    OTHER_STATION,
    SCHOOL,
    START,
    TOWN,
    an_id_number,
    at,
)

ASKED = {
    "addressee": SCHOOL,
    "categories": ["schooling"],
    "document_number": "示检调〔2025〕0001号",
    "account": "（示例）核实就学情况",
}
UNTIL = "2025-03-10"


def asked(district: District, **whom: Any) -> str:
    answer = district[OTHER_STATION].post("/records-requests", {**ASKED, **whom})
    assert answer.status_code == 200, answer.json()
    district.settle()
    found: str = answer.json()["request_id"]
    return found


def grant(district: District, request: str, child: str, by: str = SCHOOL) -> int:
    body = {"child_ref": child, "categories": ["schooling"], "until": UNTIL}
    answer = district[by].post(f"/records-requests/{request}/grant", body)
    district.settle()
    return answer.status_code


def test_what_is_granted_is_seen_until_its_day_and_no_more_of_it(district: District) -> None:
    child = district.dropout()
    request = asked(district, child={"id_number": an_id_number(1)})
    (told,) = district[SCHOOL].items("/records-requests")
    assert told["clear"]["named"] == child
    assert told["fields"] == {k: ASKED[k] for k in ("document_number", "account")}
    assert district[OTHER_STATION].get(f"/children/{child}").status_code == 404
    assert grant(district, request, child) == 200
    desk = district[OTHER_STATION]
    shown = desk.items(f"/children/{child}/timeline")
    assert {each["category"] for each in shown} <= {"who", "schooling"}
    assert "dropout.absence_reported.v1" in {each["topic"] for each in shown}
    assert "guardian_phone" not in desk.get(f"/children/{child}").json()["fields"]
    at(district.program, START + timedelta(days=8))
    # No clock has come by yet: the hour alone ends it.
    assert desk.get(f"/children/{child}").status_code == 404
    district.settle()
    assert desk.items(f"/records-requests/{request}")[0]["topic"] == "records_request.ended.v1"


def test_what_waits_for_an_answer_is_listed_at_the_owner_until_it_is_given(
    district: District,
) -> None:
    child = district.dropout()
    first, second = (asked(district, child_ref=child) for _ in range(2))

    def waiting(organisation: str) -> set[str]:
        items = district[organisation].items("/records-requests", to_answer="true")
        return {each["id"] for each in items}

    assert waiting(SCHOOL) == {first, second}
    # Who asked waits for it, and owes it not.
    assert waiting(OTHER_STATION) == set()
    assert grant(district, first, child) == 200
    assert waiting(SCHOOL) == {second}
    at(district.program, START + timedelta(days=2))
    district.settle()
    assert waiting(SCHOOL) == {second}, "what is late is still owed"
    refusal = {"reason": "NOT_HELD"}
    assert district[SCHOOL].post(f"/records-requests/{second}/refuse", refusal).status_code == 200
    district.settle()
    assert waiting(SCHOOL) == set()


@pytest.mark.parametrize(
    "whom",
    [{"child_ref": str(uuid4())}, {"child": {"id_number": an_id_number(77)}}],
    ids=["unknown", "unknown number"],
)
def test_asking_for_nobody_is_answered_alike(district: District, whom: dict[str, Any]) -> None:
    child = district.dropout()
    own = [
        [
            (e["title"], {k: v for k, v in e["clear"].items() if k != "answer_by"}, e["fields"])
            for e in district[OTHER_STATION].items(f"/records-requests/{asked(district, **each)}")
        ]
        for each in ({"child_ref": child}, whom)
    ]
    assert own[0] == own[1]


def test_an_owner_is_told_of_no_child_that_is_not_its_own(district: District) -> None:
    child = district.dropout()
    request = asked(district, child_ref=child, addressee=OTHER_SCHOOL)
    (told,) = district[OTHER_SCHOOL].items("/records-requests")
    assert told["clear"]["named"] is None
    assert grant(district, request, child, OTHER_SCHOOL) == 422
    refused = district[OTHER_SCHOOL].post(
        f"/records-requests/{request}/refuse", {"reason": "NOT_HELD", "note": "（示例）不在我校"}
    )
    assert refused.status_code == 200
    district.settle()
    answer = district[OTHER_STATION].items(f"/records-requests/{request}")[0]
    assert (answer["clear"]["reason"], answer["fields"]["note"]) == ("NOT_HELD", "（示例）不在我校")


def test_an_answer_that_does_not_come_is_overdue_at_the_owner(district: District) -> None:
    request = asked(district, child_ref=district.dropout())
    at(district.program, START + timedelta(days=2))
    district.settle()
    late = [e for e in district[SCHOOL].items("/overdue") if e["subject_id"] == request]
    assert [each["kind_name"] for each in late] == ["答复调阅申请"]
    assert not [e for e in district[CIVIL_AFFAIRS].items("/overdue") if e["subject_id"] == request]


def test_nobody_else_sees_or_answers_it(district: District) -> None:
    child = district.dropout()
    request = asked(district, child_ref=child)
    for organisation in (TOWN, OTHER_SCHOOL, CIVIL_AFFAIRS):
        desk = district[organisation]
        assert desk.items("/records-requests") == []
        answers = [desk.get(f"/records-requests/{each}") for each in (request, uuid4())]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        assert grant(district, request, child, organisation) == 404
    assert district[TOWN].post("/records-requests", ASKED).json()["code"] == "RECORDS_SEAT"
