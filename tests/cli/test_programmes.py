"""``hub programmes``: what is owed, held, inspected, listed and spent, by whose it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, EDUCATION, TOWN, VILLAGE, running, send

STATION = "示例第一街道未保站"


@pytest.fixture
def asked(hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
        assert program.settle()
        held = {
            "activity": "防溺水",
            "held_on": "2025-03-02",
            "topic": "示例防溺水课",
            "audience": "儿童",
            "children": "30",
            "brand": "守护星",
        }
        send(program, TOWN, "programmes.activity", held)
        site = {"number": "XX-0001", "site_kind": "中小学", "name": "示例", "run_by": STATION}
        send(program, EDUCATION, "programmes.site", site)
        hazard = {
            "number": "YH-0001",
            "hazard": "消防隐患",
            "rectified_by": STATION,
            "found_on": "2025-03-03",
            "rectify_by": "2025-03-10",
        }
        send(program, EDUCATION, "programmes.hazard", hazard)
        item = {
            "number": "QD-0001",
            "year": "2025",
            "assigned_to": STATION,
            "title": "示例事项",
            "held_on": "2025-03-03",
            "finish_by": "2025-11-30",
        }
        send(program, CIVIL_AFFAIRS, "programmes.work_item", item)
        offer = {
            "number": "BM-0001",
            "offer": "未保站项目和活动",
            "begins_on": "2025-04-01",
            "until": "2025-04-02",
            "spots": "20",
            "sign_up_by": "2025-03-20",
        }
        send(program, TOWN, "programmes.offer", offer)
        assert program.settle()
    return hub


def test_each_list_is_shown_in_words_and_as_json(asked: Hub) -> None:
    by = ("--organisation", CIVIL_AFFAIRS)
    for command, words, key in (
        (("duties", "2025"), "街镇专题讲座或主题活动", "duties"),
        (("coverage", "2025"), "守护星", "activities"),
        (("hazards",), "待整改", "hazards"),
        (("sites", "2025"), "没有检查过", "sites"),
        (("work", "2025"), "办理中", "work_items"),
        (("budget", "2025"), "执行率", "budgets"),
    ):
        assert words in asked("programmes", *command, *by).out
        told = asked("programmes", *command, *by, "--json").json
        assert bool(told[key]) == (key != "budgets"), "no finance bureau here"


def test_everybody_else_is_shown_its_own(asked: Hub) -> None:
    own = asked("programmes", "duties", "2025", "--organisation", TOWN, "--json").json["duties"]
    assert {each["owner"] for each in own} == {TOWN}
    assert {each["held"] for each in own} == {1}
    none = asked("programmes", "hazards", "--organisation", VILLAGE, "--json").json
    assert none == {"hazards": []}
    nothing = asked("programmes", "coverage", "2025", "--organisation", VILLAGE, "--json").json
    assert nothing == {"duties": [], "activities": [], "brands": [], "inspections": []}
    assert asked("programmes", "duties", "去年", "--organisation", TOWN, "--json").json == {
        "duties": []
    }


def test_what_can_be_signed_up_for_is_listed_and_counted(asked: Hub) -> None:
    assert "报名中" in asked("offers", "list", "2025", "--organisation", VILLAGE).out
    told = asked("offers", "list", "2025", "--organisation", VILLAGE, "--json").json
    assert [each["number"] for each in told["offers"]] == ["BM-0001"]
    by = ("--organisation", CIVIL_AFFAIRS)
    assert "到场" in asked("offers", "figures", "2025", *by).out
    (row,) = asked("offers", "figures", "2025", *by, "--json").json["figures"]
    assert (row["offers"], row["spots"], row["signed_up"]) == (1, 20, 0)
