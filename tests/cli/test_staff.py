"""``hub staff``: the register of workers. ``hub social``: social organisations."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.organisations import Organisation, Post
from domain.worker import WorkerRegistered
from tests.cli.office import Hub
from tests.program import CIVIL_AFFAIRS, OTHER_TOWN, TOWN, VILLAGE, running, send

HELPER = "social_organisation:310117"


@pytest.fixture(autouse=True)
def _here(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATA", str(data))


@pytest.fixture
def worker(data: Path) -> str:
    """A child director on the register, an appraisal that awaits the town's head, and a user."""
    with running(data) as hub:
        hub.directory.add_organisations([Organisation(HELPER, "示例社工服务中心")])
        hub.directory.add_user("director", VILLAGE, "", Post.HANDLER)
        hub.directory.add_user("head", TOWN, "", Post.HEAD)
        row = {
            "organisation": VILLAGE,
            "worker_name": "示例主任",
            "worker_id_number": "999999198503010011",
            "role": "儿童主任",
            "appointment": "其他",
            "qualification": "无",
            "since": "2025-01-02",
        }
        send(hub, TOWN, "workforce.worker", row)
        facts = hub.store.feed(0, 100)
        found = next(str(f.stream) for f in facts if f.topic == WorkerRegistered.TOPIC)
        appraisal = {"appraised_year": "2025", "grade": "称职", "incentive_yuan": "0"}
        send(hub, TOWN, "workforce.appraisal", {"worker": found, **appraisal})
        days = {"since": "2025-03-01", "until": "2026-02-28"}
        accredited = {"organisation": HELPER, "social_kind": "社工机构", **days}
        send(hub, CIVIL_AFFAIRS, "civil_affairs.accreditation", accredited)
        hub.settle()
    return found


def test_the_register_is_listed_linked_and_counted(hub: Hub, worker: str) -> None:
    town = ("--organisation", TOWN, "--json")
    (line,) = hub("staff", "list", *town).json["staff"]
    assert (line["worker"], line["linked"], line["check"]) == (worker, False, "NONE")
    assert "示例主任" not in hub("staff", "list", "--organisation", TOWN).out
    own = hub("staff", "link", worker, "director", "--user", "director")
    assert (own.code, "不能由本人" in own.err) == (2, True)
    wrong = hub("staff", "link", worker, "nobody", "--user", "head")
    assert (wrong.code, "没有这个登录名" in wrong.err) == (2, True)
    assert hub("staff", "link", worker, "director", "--user", "head").code == 0
    assert hub("staff", "list", *town).json["staff"][0]["linked"] is True
    console = hub("staff", "approve", worker, "2025", "--organisation", TOWN)
    assert (console.code, "负责人" in console.err) == (2, True)
    assert hub("staff", "approve", worker, "2025", "--user", "head").code == 0
    (figures,) = hub("staff", "figures", "--year", "2025", *town).json["figures"]
    assert (figures["counts"]["directors"], figures["counts"]["appraised"]) == (1, 1)
    assert hub("staff", "figures", "--organisation", OTHER_TOWN, "--json").json == {"figures": []}
    (load,) = hub("staff", "workload", *town).json["workload"]
    assert (load["organisation"], load["directors"], load["checked"]) == (VILLAGE, 1, 0)
    told = hub("staff", "courses", "--year", "2025", *town).json
    assert {each["level"] for each in told["courses"]} == {"BASIC", "INTERMEDIATE", "ADVANCED"}
    assert told["hours"] == [], "a child director is no social worker"
    for command in ("figures", "workload", "courses"):
        assert hub("staff", command, "--organisation", TOWN).code == 0


def test_social_organisations_are_listed_and_withdrawn(hub: Hub, worker: str) -> None:
    office = ("--organisation", CIVIL_AFFAIRS, "--json")
    (line,) = hub("social", "list", *office).json["social"]
    assert (line["organisation"], line["accredited"]) == ("示例社工服务中心", True)
    assert hub("social", "coverage", *office).json["covered"] == 0
    assert "覆盖0个街镇" in hub("social", "coverage", "--organisation", CIVIL_AFFAIRS).out
    refused = hub("social", "coverage", "--organisation", TOWN)
    assert (refused.code, "民政局和妇儿工委办" in refused.err) == (2, True)
    assert hub("social", "withdraw", HELPER, "--organisation", TOWN).code == 2
    assert hub("social", "withdraw", HELPER, *office).code == 0
    assert hub("social", "list", *office).json["social"][0]["accredited"] is False
