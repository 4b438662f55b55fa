"""Doors to the plan's indicators."""

from __future__ import annotations

from domain.organisations import Organisation
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, TOWN, VILLAGE, send

LEAGUE = "youth_league:310117"


def test_p55_indicators_are_read_with_their_definition_and_target(district: District) -> None:
    hub = district.program
    hub.directory.add_organisations([Organisation(LEAGUE, "示例团区委")])
    held = {
        "activity": "志愿服务",
        "held_on": "2025-03-02",
        "topic": "示例活动",
        "audience": "儿童",
        "children": "30",
    }
    send(hub, LEAGUE, "programmes.activity", held)
    desk = district[CIVIL_AFFAIRS]
    rows = {each["code"]: each for each in desk.items("/indicators", year="2025")}
    league = rows["league_activities"]
    assert (league["words"], league["reported_by_name"]) == ("1场", "团区委")
    one = desk.get("/indicators/league_activities", year="2025").json()
    assert one["row"] == league
    assert one["row"]["target_2026_words"] == "10场"
    assert desk.get("/indicators/dropouts", year="2025").status_code == 404
    assert desk.get("/indicators/no_such", year="2025").status_code == 404
    assert desk.get("/indicators", year="去年").status_code == 422
    assert {each["code"] for each in district[VILLAGE].items("/indicators", year="2025")} == {
        "visits_in_time",
        "visits_made",
    }
    assert district[TOWN].get("/indicators/league_activities", year="2025").status_code == 404
