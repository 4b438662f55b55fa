"""``hub deadlines``: put off by another person than who asked. ``hub calendar``: years, and due
dates reckoned anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Post
from tests.cli.office import Hub
from tests.program import SCHOOL, TOWN, absent, pupil, reader, running, send


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


@pytest.fixture
def task(data: Path) -> str:
    """A task of the town, and two people there: one at the desk, and the head."""
    with running(data) as hub:
        for login, post in (("asker", Post.HANDLER), ("decider", Post.HEAD)):
            hub.directory.add_user(login, TOWN, "示例科室", post)
        send(hub, SCHOOL, "education.absence", absent(pupil(1)))
        hub.settle()
        (found,) = hub.queries.inbox(reader(TOWN)).items
    return found.id


@pytest.fixture
def reason(tmp_path: Path) -> Path:
    path = tmp_path / "reason.txt"
    path.write_text("（示例）监护人外出", encoding="utf-8")
    return path


def test_it_is_asked_for_and_decided_by_another(hub: Hub, task: str, reason: Path) -> None:
    asked = ("deadlines", "extend", task, "complete", "--until", "2025-03-20", "--text", reason)
    done = hub(*asked, "--user", "asker")
    assert (done.code, "已登记" in done.out) == (0, True)
    own = hub("deadlines", "approve", task, "complete", "--until", "2025-03-20", "--user", "asker")
    assert (own.code, "负责人" in own.err) == (2, True)
    agreed = ("deadlines", "approve", task, "complete", "--until", "2025-03-20")
    assert hub(*agreed, "--user", "decider").code == 0
    (line,) = hub("referrals", "list", "--organisation", TOWN, "--json").json["referrals"]
    assert line["complete_by"] == "2025-03-20T16:00:00Z"
    later = ["2025-03-28" if each == "2025-03-20" else each for each in asked]
    assert hub(*later, "--user", "asker").code == 0
    refused = hub("deadlines", "refuse", task, "complete", "--user", "decider", "--json")
    assert (refused.code, set(refused.json)) == (0, {"receipt", "position", "settled"})


def test_what_it_refuses_it_says_in_chinese_and_repeats_nothing(
    hub: Hub, task: str, reason: Path
) -> None:
    asked = ("deadlines", "extend", "410000000000000000", "complete", "--until", "2025-03-20")
    nothing = hub(*asked, "--text", reason, "--user", "asker")
    assert (nothing.code, "请核对编号" in nothing.err) == (2, True)
    assert "410000000000000000" not in nothing.out + nothing.err


def test_the_years_are_listed_and_due_dates_reckoned_anew(hub: Hub, task: str) -> None:
    shown = hub("calendar", "show")
    assert shown.code == 0
    assert "暂定" in shown.out
    assert "已公布" in shown.out
    listed = hub("calendar", "show", "--json").json
    assert listed["provisional"]["工作日历"]["2025"] is False
    assert listed["missing"] == []
    assert hub("calendar", "apply", "--json").json == {"moved": 0}
    assert "0个" in hub("calendar", "apply").out
