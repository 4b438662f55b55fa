"""Whom a reporter calls: 110 first, then the desk that has the report (issue on casework,
Deadlines: its sender sees the number to call)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.organisations import Organisation
from hub.directory import DUTY_NUMBERS
from tests.api.desks import District
from tests.program import (
    OTHER_STATION,
    POLICE,
    SCHOOL,
    STATION,
    TOWN,
    VILLAGE,
    VILLAGE_CODE,
    pupil,
    resident,
)

pytestmark = pytest.mark.slow

FIRST = {"name": "公安报警电话", "number": "110"}
NUMBERS = {POLICE: "021-57000001", STATION: "021-57000002", OTHER_STATION: "021-57000003"}
DESK = {"name": "示例公安分局", "number": NUMBERS[POLICE]}
TOLD = {"seen": "（示例）瘀青", "place": VILLAGE_CODE, "immediate_danger": "是"}


@pytest.fixture(autouse=True)
def _numbers(district: District) -> None:
    for organisation, number in NUMBERS.items():
        district.program.roster.state_number(organisation, number)


def filed(district: District, **cells: str) -> dict[str, Any]:
    receipt = district[SCHOOL].send("report/mandatory", {**TOLD, **cells})
    district.settle()
    return receipt


def called(district: District, receipt: dict[str, Any]) -> list[dict[str, str]]:
    answer = district[SCHOOL].get(f"/reports/receipts/{receipt['receipt']}")
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, str]] = answer.json()["call"]
    return found


def task(district: District, organisation: str) -> dict[str, Any]:
    (found,) = [
        each for each in district[organisation].items("/inbox") if each["kind"] == "handle_report"
    ]
    return found


def test_110_first_then_whoever_has_the_report_by_now(district: District) -> None:
    receipt = filed(district)
    assert receipt["call"] == [FIRST, DESK]
    assert called(district, receipt) == [FIRST, DESK]
    report = task(district, STATION)["child_ref"]
    assert district[STATION].post(f"/reports/{report}/accept", {}).status_code == 200
    district.settle()
    assert called(district, receipt) == [
        FIRST,
        {"name": "示例第一派出所", "number": NUMBERS[STATION]},
    ]
    # It moves by being accepted, and not by being offered.
    asked = task(district, STATION)["id"]
    offer = district[STATION].post(f"/referrals/{asked}/offer", {"to": OTHER_STATION})
    assert offer.status_code == 200, offer.json()
    district.settle()
    assert called(district, receipt)[1]["number"] == NUMBERS[STATION]
    assert district[OTHER_STATION].post(f"/referrals/{asked}/accept").status_code == 200
    district.settle()
    assert called(district, receipt)[1]["number"] == NUMBERS[OTHER_STATION]


def test_before_it_is_accepted_the_number_tells_of_no_conflict(district: District) -> None:
    """利害关系单位: that the station is passed over for what somebody else said of it is nothing
    that a school learns, and nobody there is called."""
    child = pupil(1)
    district[TOWN].send("town/residence", resident(child))
    about = {"name": child["name"], "id_number": child["id_number"]}
    plain = filed(district, **about)
    before = called(district, plain)
    district[VILLAGE].send("report/mandatory", {**TOLD, **about, "suspect_unit": "示例第一派出所"})
    district.settle()
    after = filed(district, **about, seen="（示例）又有瘀青", reference="示例2")
    assert plain["call"] == before == after["call"] == called(district, after) == [FIRST, DESK]


@pytest.mark.parametrize("unit", ["", "示例第一派出所"])
def test_after_a_supplement_the_number_tells_of_no_conflict(district: District, unit: str) -> None:
    """利害关系单位: what is added to an accepted report is a task of its own. Until it is accepted
    as well its addressee's number is not given: it would tell who was passed over for it."""
    receipt = filed(district)
    report = task(district, STATION)["child_ref"]
    assert district[STATION].post(f"/reports/{report}/accept", {}).status_code == 200
    district.settle()
    more = {"seen": "（示例）又见新伤", "suspect_unit": unit}
    answer = district[SCHOOL].post(f"/reports/receipts/{receipt['receipt']}/supplement", more)
    assert answer.json()["call"] == [FIRST, DESK]
    district.settle()
    assert called(district, receipt) == [FIRST, DESK]


def test_where_no_number_is_stated_it_is_110_alone(district: District) -> None:
    program = district.program
    with program.roster._engine.execution_options(writing=True).begin() as connection:
        connection.execute(DUTY_NUMBERS.delete())
    receipt = filed(district)
    assert receipt["call"] == called(district, receipt) == [FIRST]


def test_an_alarm_in_another_record_gives_the_numbers_as_well(district: District) -> None:
    child = pupil(1)
    district[TOWN].send("town/residence", resident(child))
    district.settle()
    row = {
        **child,
        "visited_on": "2025-03-03",
        "form": "入户走访",
        "seen": "（示例）儿童本人",
        "harm_suspected": "是",
    }
    receipt = district[VILLAGE].send("village/visit", row)
    assert receipt["report_receipt"]
    assert receipt["call"] == [FIRST, DESK]
    calm = district[VILLAGE].send(
        "village/visit", {**row, "visited_on": "2025-03-02", "harm_suspected": "否"}
    )
    assert calm["call"] is None


def test_a_doctors_report_gives_the_numbers_as_well(district: District) -> None:
    """What may never be refused is a report, whichever form it comes on."""
    hospital = "hospital:310117"
    district.program.directory.add_organisations([Organisation(hospital, "示例医院")])
    receipt = district[hospital].send("health/suspected_harm", {"seen": "（示例）多处陈旧伤"})
    assert receipt["call"] == [FIRST, DESK]


def test_an_alarm_in_a_corrected_row_gives_the_numbers_as_well(district: District) -> None:
    child = pupil(1)
    district[TOWN].send("town/residence", resident(child))
    district.settle()
    desk = district[VILLAGE]
    row = {
        **child,
        "visited_on": "（示例）前天",
        "form": "入户走访",
        "seen": "（示例）儿童本人",
        "harm_suspected": "否",
    }
    refused = desk.post("/intake/village/visit", row)
    assert refused.status_code == 422
    door = f"/quarantine/{refused.json()['quarantine_id']}"
    right = {"visited_on": "2025-03-03", "harm_suspected": "是"}
    told = desk.post(door, {"cells": right})
    assert told.status_code == 201, told.json()
    assert told.json()["report_receipt"]
    assert told.json()["call"] == [FIRST, DESK]
