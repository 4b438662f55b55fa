"""``hub policy``: what decides is told, and other rules are tried on past looks first."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.referral import AcceptReferral, CompleteReferral
from hub.bootstrap import Program
from hub.hindsight import all_entries, differences
from hub.policies import FOLDER, load_policies
from tests.cli.office import Hub
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    SCHOOL,
    START,
    STATION,
    TOWN,
    VILLAGE,
    absent,
    actor,
    at,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

pytestmark = pytest.mark.slow


def _looked_at(hub: Program) -> str:
    """A pupil whom school, town and station look at; the station has accepted the tracing."""
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, TOWN, "town.residence", resident(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()
    (task,) = hub.queries.inbox(reader(STATION)).items
    hub.hub.command(AcceptReferral(referral_id=UUID(task.id)), actor(STATION))
    assert hub.settle()
    child = child_of(hub, pupil(1))
    for organisation in (SCHOOL, TOWN, STATION, VILLAGE, CIVIL_AFFAIRS):
        hub.queries.child_file(reader(organisation), child)
        hub.queries.timeline(reader(organisation), child)
    return child


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The policies in a folder of their own, to be changed."""
    folder = tmp_path / "changed"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def _replace(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_why_a_school_does_not_see_what_others_wrote_about_a_family(hub: Hub, data: Path) -> None:
    asked = ("policy", "explain", "--organisation", SCHOOL, "--category", "guardianship")
    ran = hub(*asked, "--responsible", "--data", data, "--json")
    assert ran.code == 1
    told = ran.json
    assert told["shown"] is False
    assert told["version"] == load_policies().version
    rules = {(step["file"], step["row"]): step["yes"] for step in told["steps"]}
    assert rules["sharing-matrix.csv", "school × guardianship"] is True  # its `flag`
    assert rules["jurisdictions.toml", "school"] is True
    shown = hub(*asked, "--responsible", "--flag", "--data", data)
    assert (shown.code, "能看到：只见提示项" in shown.out) == (0, True)


def test_about_a_child_the_log_is_asked_and_the_asking_is_written_down(
    hub: Hub, data: Path
) -> None:
    with running(data) as program:
        child = _looked_at(program)
        before = program.audit.count()
    asked = ("policy", "explain", "--category", "contact", "--child", child, "--data", data)
    assert hub(*asked, "--organisation", STATION, "--json").json["by"] == "task"
    assert hub(*asked, "--organisation", TOWN, "--json").json["by"] == "read"
    assert hub(*asked, "--organisation", SCHOOL, "--json").json["by"] is None
    with running(data) as program:
        assert program.audit.count() == before + 3
        (entry,) = program.audit.newest(1)
        assert (entry.action, entry.child_ref) == ("policy_explain", child)


def test_what_is_not_known_is_told_and_nothing_is_explained(hub: Hub, data: Path) -> None:
    for wrong in (
        ("--organisation", "ministry:1", "--category", "who"),
        ("--organisation", SCHOOL, "--category", "gossip"),
        ("--organisation", SCHOOL, "--category", "who", "--child", "示例名"),
        ("--organisation", SCHOOL, "--category", "who", "--tasks", "gossip"),
    ):
        ran = hub("policy", "explain", *wrong, "--data", data)
        assert ran.code == 2
        assert "示例名" not in ran.out + ran.err
    ran = hub(
        *("policy", "explain", "--organisation", SCHOOL, "--category", "who"),
        *("--purpose", "CURIOSITY", "--data", data),
    )
    assert (ran.code, "一律不予查阅" in ran.out) == (1, True)


def test_a_folder_is_checked_whole(hub: Hub, changed: Path) -> None:
    ran = hub("policy", "check", changed, "--json")
    assert ran.json["version"] == load_policies().version
    _replace(changed / "purposes.toml", 'seats = ["civil_affairs"]', 'seats = ["everybody"]')
    load_policies.cache_clear()
    ran = hub("policy", "check", changed)
    assert (ran.code, "purposes" in ran.err) == (3, True)


def test_the_same_rules_change_no_past_look(hub: Hub, data: Path, changed: Path) -> None:
    with running(data) as program:
        _looked_at(program)
    ran = hub("policy", "dryrun", changed, "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["entries"] > 0
    assert ran.json["differences"] == []


@pytest.mark.parametrize(
    ("file", "before", "after", "organisation", "category"),
    [
        ("sharing-matrix.csv", "village,村居(儿童主任),publish+read", "", None, None),
        ("jurisdictions.toml", 'school = "responsible"\n', "", SCHOOL, "schooling"),
        ("jurisdictions.toml", 'village = "responsible"\n', "", VILLAGE, "who"),
    ],
)
def test_a_past_look_that_would_end_otherwise_is_listed(
    hub: Hub,
    data: Path,
    changed: Path,
    file: str,
    before: str,
    after: str,
    organisation: str | None,
    category: str | None,
) -> None:
    with running(data) as program:
        _looked_at(program)
    if organisation is None:
        # What a village may state is not what it sees.
        _replace(changed / file, before, "village,村居(儿童主任),read")
    else:
        _replace(changed / file, before, after)
    ran = hub("policy", "dryrun", changed, "--data", data, "--json")
    found = ran.json["differences"]
    assert ran.code == (1 if organisation else 0)
    assert {each["organisation"] for each in found} == ({organisation} if organisation else set())
    assert organisation is None or category in {each["category"] for each in found}
    assert all(each["before"] != each["after"] for each in found)


def test_a_task_that_is_closed_since_counts_as_it_stood_then(data: Path, changed: Path) -> None:
    """The station looked while it had the task; that the task is over changes nothing of that."""
    _replace(changed / "purposes.toml", 'read = "all"\ntask = "all"\n', 'read = "all"\n')
    with running(data) as program:
        child = _looked_at(program)
        at(program, program.clock.now() + timedelta(hours=1))
        (task,) = program.queries.inbox(reader(STATION)).items
        by = actor(STATION)
        program.hub.command(CompleteReferral(referral_id=UUID(task.id), outcome="FOUND"), by)
        assert program.settle()
        at(program, program.clock.now() + timedelta(hours=1))
        program.queries.child_file(reader(STATION), child)
        found = [
            each
            for each in differences(
                program.store,
                program.policies.access,
                load_policies(changed).access,
                all_entries(program.audit),
            )
            if each.entry.organisation == STATION and each.category == "who"
        ]
    assert found
    assert all("其他单位登记的内容" in each.before for each in found)
    assert not any("其他单位登记的内容" in each.after for each in found)
    assert {each.entry.child_ref for each in found} == {child}
    assert all(datetime.fromisoformat(each.entry.at) <= START for each in found)
