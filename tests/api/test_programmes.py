"""Doors to what offices owe, hold, inspect, list and spend."""

from __future__ import annotations

import pytest

from domain.organisations import Organisation
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, EDUCATION, POLICE, TOWN, VILLAGE, send

pytestmark = pytest.mark.slow

STATION = "示例第一街道未保站"


def test_what_offices_do_is_read_in_words(district: District) -> None:
    hub = district.program
    hub.directory.add_organisations([Organisation("finance:310117", "示例财政局")])
    send(hub, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
    hub.settle()
    held = {
        "activity": "防溺水",
        "held_on": "2025-03-02",
        "topic": "示例防溺水课",
        "audience": "儿童",
        "children": "30",
        "brand": "守护星",
    }
    send(hub, TOWN, "programmes.activity", held)
    site = {"number": "XX-0001", "site_kind": "中小学", "name": "示例", "run_by": STATION}
    send(hub, EDUCATION, "programmes.site", site)
    hazard = {
        "number": "YH-0001",
        "hazard": "消防隐患",
        "rectified_by": STATION,
        "found_on": "2025-03-03",
        "rectify_by": "2025-03-10",
    }
    send(hub, EDUCATION, "programmes.hazard", hazard)
    item = {
        "number": "QD-0001",
        "year": "2025",
        "assigned_to": STATION,
        "title": "示例事项",
        "held_on": "2025-03-03",
        "finish_by": "2025-11-30",
    }
    send(hub, CIVIL_AFFAIRS, "programmes.work_item", item)
    offer = {
        "number": "BM-0001",
        "offer": "未保站项目和活动",
        "brand": "守护星",
        "begins_on": "2025-04-01",
        "until": "2025-04-02",
        "spots": "20",
        "sign_up_by": "2025-03-20",
    }
    send(hub, TOWN, "programmes.offer", offer)
    money = {
        "fund": "追光小屋",
        "year": "2025",
        "as_of": "2025-03-01",
        "budgeted": "1000000",
        "allocated": "500000",
        "spent": "250000",
    }
    send(hub, "finance:310117", "finance.budget", money)
    district.settle()
    desk = district[CIVIL_AFFAIRS]
    (owed,) = (
        each
        for each in desk.items("/programmes/duties", year="2025", owner=TOWN)
        if each["period"] == "2025-Q1"
    )
    assert (owed["title"], owed["held"], owed["fulfilled"]) == ("街镇专题讲座或主题活动", 1, True)
    covered = desk.get("/programmes/coverage", year="2025").json()
    (activity,) = covered["activities"]
    assert (activity["activity_name"], activity["seat_name"]) == ("防溺水", "街镇未保站")
    assert covered["brands"][0]["brand_name"] == "守护星"
    assert "街镇未保站" in {each["seat_name"] for each in covered["duties"]}
    nothing = district[POLICE].get("/programmes/coverage", year="2024").json()
    assert nothing["duties"] == nothing["activities"] == []
    nobody = district[VILLAGE].get("/programmes/coverage", year="2025").json()
    assert nobody["duties"] == nobody["inspections"] == []
    (found,) = desk.items("/programmes/hazards")
    assert (found["state_name"], found["hazard_name"]) == ("待整改", "消防隐患")
    (place,) = desk.items("/programmes/sites", year="2025", site_kind="SCHOOL")
    assert (place["site_kind_name"], place["run_by_name"]) == ("中小学", STATION)
    (listed,) = desk.items("/programmes/work-items", year="2025")
    assert (listed["state_name"], listed["owner_name"]) == ("办理中", STATION)
    (spent,) = desk.items("/programmes/budgets", year="2025")
    assert (spent["fund_name"], spent["rate"]) == ("追光小屋", 25.0)
    (shown,) = district[VILLAGE].items("/offers", year="2025")
    assert (shown["offer_name"], shown["brand_name"]) == ("未保站项目和活动", "守护星")
    assert (shown["state_name"], shown["waiting"]) == ("报名中", None)
    (figure,) = desk.items("/offers/figures", year="2025")
    assert (figure["offer_name"], figure["spots"], figure["came"]) == ("未保站项目和活动", 20, 0)
    wrong = desk.get("/programmes/duties", year="去年")
    assert wrong.status_code == 422
