"""``hub indicators``: what an organisation is shown of the plan's indicators."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, TOWN, VILLAGE, running, send


@pytest.fixture
def asked(hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as program:
        send(program, CIVIL_AFFAIRS, "civil_affairs.duty_start", {"first_day": "2025-01-01"})
        assert program.settle()
    return hub


def test_p55_indicators_are_listed_and_shown_in_words_and_as_json(asked: Hub) -> None:
    by = ("--organisation", CIVIL_AFFAIRS)
    assert "街镇季度讲座完成率" in asked("indicators", "list", "2025", *by).out
    told = asked("indicators", "list", "2025", *by, "--json").json["indicators"]
    assert {each["words"] for each in told if each["code"] == "town_lectures"} == {"0.0%"}
    shown = asked("indicators", "show", "town_lectures", "2025", *by).out
    assert "口径：当年各街镇各季度应办" in shown
    one = asked("indicators", "show", "town_lectures", "2025", *by, "--json").json
    assert one["indicator"]["target_2026_words"] == "100.0%"
    assert len(one["towns"]) == 2


def test_what_one_is_not_shown_is_as_if_there_were_none(asked: Hub) -> None:
    for code in ("dropouts", "no_such"):
        told = asked("indicators", "show", code, "2025", "--organisation", TOWN, "--json").json
        assert told == {"indicator": None, "towns": []}
    assert (
        "没有可显示的指标"
        in asked("indicators", "show", "dropouts", "2025", "--organisation", VILLAGE).out
    )
