"""Doors to supervisory orders (督办单), from a deadline that nobody met to the written reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.organisations import Organisation
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, EDUCATION, POLICE, SCHOOL, START, TOWN, at

OFFICE = "women_children_office:310117"
DEMAND = "（示例）请于五个工作日内办结并书面回复"
ORDER = {"addressee": CIVIL_AFFAIRS, "demand": DEMAND}


@pytest.fixture(autouse=True)
def _office(district: District) -> None:
    district.program.directory.add_organisations([Organisation(OFFICE, "示例妇儿工委办")])


def orders(district: District, organisation: str) -> list[dict[str, Any]]:
    return district[organisation].items("/supervisory-orders")


def missed_by_civil_affairs(district: District) -> str:
    """Civil affairs never coordinates a dropout; gives the child."""
    child = district.dropout()
    for day in range(1, 30):
        at(district.program, START + timedelta(days=day, hours=1))
        district.settle()
    return child


def test_what_a_department_misses_ends_with_the_offices_order_and_its_written_reply(
    district: District,
) -> None:
    """其他部门逾期的，由妇儿工委办制发督办单，书面回复."""
    missed_by_civil_affairs(district)
    proposed = [
        each
        for each in orders(district, OFFICE)
        if each["clear"]["addressee"] == CIVIL_AFFAIRS and each["clear"]["kind"] == "complete"
    ]
    (line,) = proposed
    assert line["title"] == "建议督办"
    number = line["order_id"]
    assert district[OFFICE].post(f"/supervisory-orders/{number}/issue", ORDER).status_code == 200
    district.settle()
    told = orders(district, CIVIL_AFFAIRS)[0]
    assert (told["title"], told["fields"]["demand"]) == ("制发督办单", DEMAND)
    answer = district[CIVIL_AFFAIRS].post(
        f"/supervisory-orders/{number}/reply", {"content": "（示例）已办结"}
    )
    assert answer.status_code == 200, answer.json()
    district.settle()
    heard = orders(district, OFFICE)[0]
    assert (heard["title"], heard["fields"]["content"]) == ("回复督办单", "（示例）已办结")
    assert district[OFFICE].post(f"/supervisory-orders/{number}/close").status_code == 200


def test_the_office_is_shown_no_child(district: District) -> None:
    child = missed_by_civil_affairs(district)
    assert orders(district, OFFICE)
    assert child not in str(orders(district, OFFICE))
    assert district[OFFICE].items("/children") == []
    assert district[OFFICE].get(f"/children/{child}").status_code == 404
    assert district[OFFICE].items(f"/children/{child}/timeline") == []


def test_nobody_else_sees_an_order_or_learns_that_there_is_one(district: District) -> None:
    issued = district[OFFICE].post(
        "/supervisory-orders", {"addressee": EDUCATION, "demand": DEMAND}
    )
    assert issued.status_code == 200, issued.json()
    district.settle()
    (line,) = orders(district, EDUCATION)
    number = line["order_id"]
    for organisation in (SCHOOL, POLICE, TOWN):
        assert orders(district, organisation) == []
        nobodys = "00000000-0000-4000-8000-000000000000"
        for act, body in (("reply", {"content": "（示例）"}), ("close", None)):
            there, nothing = (
                district[organisation].post(f"/supervisory-orders/{each}/{act}", body)
                for each in (number, nobodys)
            )
            assert there.status_code == nothing.status_code >= 400
            assert there.json()["detail"] == nothing.json()["detail"]


def test_a_reply_that_is_owed_and_does_not_come_is_overdue_at_both(district: District) -> None:
    district[OFFICE].post("/supervisory-orders", {"addressee": EDUCATION, "demand": DEMAND})
    at(district.program, START + timedelta(days=8))
    district.settle()
    for organisation in (EDUCATION, OFFICE):
        (line,) = district[organisation].items("/overdue")
        assert line["kind"] == "supervisory_reply"
