"""``hub react --explain``: what led to what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.office import Hub
from tests.program import OTHER_STATION, SCHOOL, STATION, VILLAGE_CODE, actor, running


@pytest.fixture
def task(data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The station's task of a report."""
    monkeypatch.setenv("HUB_DATA", str(data))
    with running(data) as hub:
        told = {"seen": "（示例）瘀青", "place": VILLAGE_CODE}
        assert hub.intake.record(actor(SCHOOL), "report.mandatory", told).answer is not None
        assert hub.settle()
        (fact,) = [f for f in hub.store.feed(0, 100) if f.topic == "referral.requested.v1"]
    return str(fact.stream)


def test_the_police_read_why_they_have_a_task(hub: Hub, task: str) -> None:
    explained = hub("react", "--explain", task, "--organisation", STATION)
    assert explained.code == 0
    assert "强制报告" in explained.out
    assert "瘀青" not in explained.out
    steps = hub("react", "--explain", task, "--organisation", STATION, "--json").json["steps"]
    asked = next(each for each in steps if each["topic"] == "referral.requested.v1")
    assert asked["cause"] in {each["position"] for each in steps}
    assert len(asked["reactions"]) == 1
    assert asked["reactions"][0].startswith("when_report_filed_then")
    assert "转出：强制报告" in explained.out
    (accepted,) = [line for line in explained.out.splitlines() if "起算时限：签收" in line]
    assert " 前" in accepted
    assert "规则版本：" in explained.out


def test_others_read_nothing_and_the_worker_acts_for_nobody(hub: Hub, task: str) -> None:
    other = hub("react", "--explain", task, "--organisation", OTHER_STATION)
    assert other.code == 0
    assert other.out.startswith("没有可显示的办理经过。")
    wrong = hub("react", "--organisation", STATION)
    assert (wrong.code, "--explain" in wrong.err) == (2, True)
