"""A person opens a referral over HTTP: sent or drafted, answered, confirmed; entered in error."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.desks import NOTHING, District
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_SCHOOL,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    child_of,
    enrolled,
    pupil,
    resident,
)

WORDS = "（示例）近来总说不想回家"


@pytest.fixture
def child(district: District) -> str:
    """A pupil of the school, whom the town has registered."""
    district[TOWN].send("town/residence", resident(pupil(1)))
    district[EDUCATION].send("education/roll", enrolled(pupil(1)))
    district.settle()
    return child_of(district.program, pupil(1))


def body(child: str, **more: Any) -> dict[str, Any]:
    wanted = {"child_ref": child, "kind": "look_into_concern", "addressee": TOWN}
    return {**wanted, "account": WORDS, **more}


def opened(district: District, child: str, **more: Any) -> str:
    answer = district[SCHOOL].post("/referrals", body(child, **more))
    assert answer.status_code == 200, answer.json()
    district.settle()
    return f"/referrals/{answer.json()['referral_id']}"


def test_it_is_sent_answered_and_confirmed(district: District, child: str) -> None:
    path = opened(district, child)
    (task,) = district[TOWN].items("/inbox")
    assert (task["title"], task["sender"], task["by_hand"]) == ("核实学生关注", SCHOOL, True)
    district[TOWN].post(f"{path}/accept")
    district.settle()
    told = str(district[TOWN].get(f"/children/{child}/timeline").json())
    assert WORDS in told, "the account comes with acceptance"
    done = district[TOWN].post(f"{path}/complete", {"outcome": "GUIDED", "account": "（示例）已谈"})
    assert done.status_code == 200
    early = district[TOWN].post(f"{path}/close", {})
    assert (early.status_code, early.json()["detail"]) == (404, NOTHING)
    district.settle()
    assert district[SCHOOL].get(path).json()["closed_at"] is None
    assert district[SCHOOL].post(f"{path}/close", {"note": "（示例）已看到"}).status_code == 200
    district.settle()
    assert district[SCHOOL].get(path).json()["closed_at"] is not None


def test_its_sender_withdraws_it(district: District, child: str) -> None:
    path = opened(district, child)
    assert district[SCHOOL].post(f"{path}/withdraw", {"note": "（示例）重复"}).status_code == 200
    district.settle()
    assert district[TOWN].items("/inbox") == []


def test_a_draft_is_its_authors_alone_until_it_is_sent(district: District, child: str) -> None:
    path = opened(district, child, draft=True)
    mine = district[SCHOOL].get(path).json()
    assert (mine["state_name"], mine["addressee"]) == ("草稿", TOWN)
    for other in (TOWN, CIVIL_AFFAIRS, EDUCATION, STATION, POLICE, PROCURATORATE):
        assert district[other].get(path).status_code == 404
        assert district[other].items("/inbox") == []
        told = str(district[other].get(f"/children/{child}/timeline").json())
        assert "草稿" not in told
        assert WORDS not in told
        for step in ("accept", "send", "void"):
            given = None if step == "accept" else {"reason": "WRONG_CHILD"}
            sent = {} if step == "send" else given
            assert district[other].post(f"{path}/{step}", sent).status_code == 404
    assert district[SCHOOL].post(f"{path}/send", {"account": WORDS}).status_code == 200
    district.settle()
    (task,) = district[TOWN].items("/inbox")
    assert task["state_name"] == "待签收"
    assert district[SCHOOL].get(path).json()["state_name"] == "已转出"


def test_a_draft_that_is_dropped_is_seen_by_nobody_else(district: District, child: str) -> None:
    path = opened(district, child, draft=True)
    dropped = district[SCHOOL].post(f"{path}/void", {"reason": "WRONG_CHILD"})
    assert dropped.status_code == 200
    district.settle()
    assert district[SCHOOL].get(path).json()["state_name"] == "录入错误"
    for other in (TOWN, CIVIL_AFFAIRS, EDUCATION, STATION, PROCURATORATE):
        told = str(district[other].get(f"/children/{child}/timeline").json())
        assert "录入错误" not in told


def test_what_was_entered_in_error_is_taken_from_its_addressee(
    district: District, child: str
) -> None:
    path = opened(district, child)
    wrong = district[SCHOOL].post(f"{path}/void", {"reason": "BECAUSE"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REFERRAL_ERROR_REASON")
    assert district[SCHOOL].post(f"{path}/void", {"reason": "WRONG_CHILD"}).status_code == 200
    district.settle()
    assert district[TOWN].items("/inbox") == []
    late = district[TOWN].post(f"{path}/accept")
    assert (late.status_code, late.json()["code"]) == (409, "REFERRAL_STATE")


def test_a_child_of_somebody_else_reads_like_none(district: District, child: str) -> None:
    answers = [
        district[OTHER_SCHOOL].post("/referrals", body(each))
        for each in (child, str(uuid4()), "malformed")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_seat_that_opens_no_such_kind_is_told_so_for_any_child(
    district: District, child: str
) -> None:
    answers = [
        district[CIVIL_AFFAIRS].post("/referrals", body(each)) for each in (child, str(uuid4()))
    ]
    assert {answer.json()["code"] for answer in answers} == {"REFERRAL_BY"}


def test_the_same_key_opens_one_referral(district: District, child: str) -> None:
    key = {"Idempotency-Key": "by-hand-1"}
    first, again = (district[SCHOOL].post("/referrals", body(child), headers=key) for _ in range(2))
    assert again.json() == {**first.json(), "repeated": True}
    district.settle()
    assert len(district[TOWN].items("/inbox")) == 1
