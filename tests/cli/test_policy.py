"""``hub policy``: what decides is told, and other rules are tried on past looks first."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
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
    asked = ("policy", "explain", "--category", "who", "--data", data)
    ran = hub(*asked, "--organisation", "ministry:1")
    assert "--organisation" in ran.err
    ran = hub(*asked, "--organisation", SCHOOL, "--producer", "ministry:1")
    assert (ran.code, "--producer" in ran.err) == (2, True)
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


def _asked_and_forgotten(program: Program) -> None:
    """Two pupils stay away, for three days and for six; nobody answers for a fortnight."""
    for number, days in ((1, 3), (2, 6)):
        send(program, EDUCATION, "education.roll", enrolled(pupil(number)))
        send(program, TOWN, "town.residence", resident(pupil(number)))
        send(program, SCHOOL, "education.absence", absent(pupil(number), days))
    assert program.settle()
    at(program, START + timedelta(days=14))
    assert program.settle()
    program.folder.keep_clock_offset(program.clock.now() - datetime.now(UTC))


def _tried(hub: Hub, changed: Path, data: Path, *how: str) -> dict[str, Any]:
    load_policies.cache_clear()
    found: dict[str, Any] = hub("policy", "dryrun", changed, *how, "--data", data, "--json").json
    return found


def test_the_same_rules_move_no_clock(hub: Hub, data: Path, changed: Path) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
    ran = hub("policy", "dryrun", changed, "--clocks", "--data", data, "--json")
    assert ran.code == 0
    assert ran.json["clocks"] == []
    assert ran.json["referrals"] == {}
    assert ran.json["not_evaluated"] == {}
    assert ran.json["reckoned"] > 6
    assert "entries" not in ran.json


def test_other_terms_show_what_would_have_been_due_missed_and_told(
    hub: Hub, data: Path, changed: Path
) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
        recorded = {
            fact.clear["subject_id"]
            for fact in program.store.feed(0, 1000)
            if fact.topic == "deadline.missed.v1" and fact.clear["kind"] == "accept"
        }
    referrals = changed / "referrals.toml"
    row = referrals.read_text(encoding="utf-8").index("[persuade_dropout]")
    text = referrals.read_text(encoding="utf-8")
    within = text.index('accept_within = "', row)
    end = text.index("\n", within)
    referrals.write_text(f'{text[:within]}accept_within = "60 days"{text[end:]}', encoding="utf-8")
    told = _tried(hub, changed, data, "--clocks")
    assert {each["rule"] for each in told["clocks"]} == {"persuade_dropout"}
    assert len(told["clocks"]) == 2
    for each in told["clocks"]:
        assert each["about"] in recorded, "it was missed by the log as well"
        assert each["kind"] == "accept"
        assert each["owner"] == TOWN
        assert each["missed"] == [True, False]
        assert each["due"][0] < each["due"][1]
        assert each["told"][0][:2] == [f"deputy@{TOWN}", f"head@{TOWN}"]
        assert each["told"][1] == []
    said = hub("policy", "dryrun", changed, "--clocks", "--data", data).out
    assert "劝返 referrals.persuade_dropout.accept_within：" in said
    assert "→ 60日" in said
    (line,) = [each for each in said.splitlines() if each.startswith("│")]
    assert [cell.strip() for cell in line.split("│")[1:4]] == ["劝返", "签收", "2"]
    assert "persuade_dropout" not in line


def test_another_ladder_tells_others(hub: Hub, data: Path, changed: Path) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
    _replace(changed / "escalation.toml", 'town = "ordinary"', 'town = "own"')
    told = _tried(hub, changed, data, "--clocks")
    assert told["clocks"]
    for each in told["clocks"]:
        assert each["missed"] == [True, True]
        assert [len(n) for n in each["told"]] == [3, 2]
        assert each["told"][0][2] == f"handler@{CIVIL_AFFAIRS}"


def test_another_threshold_asks_for_more_or_fewer_referrals(
    hub: Hub, data: Path, changed: Path
) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
        suspected = [
            fact.clear["kind"]
            for fact in program.store.feed(0, 1000)
            if fact.topic == "referral.requested.v1"
        ]
    _replace(
        changed / "thresholds.toml",
        "suspected_after_school_days = 3",
        "suspected_after_school_days = 5",
    )
    told = _tried(hub, changed, data, "--clocks")
    kinds = ("coordinate_dropout", "persuade_dropout", "trace_dropout")
    assert told["referrals"] == dict.fromkeys(kinds, -1)
    said = hub("policy", "dryrun", changed, "--clocks", "--data", data).out
    assert "thresholds.suspected_after_school_days：3 → 5" in said
    assert "协查辍学：少转出1件。" in said
    assert all(suspected.count(kind) == 2 for kind in told["referrals"])


def test_what_cannot_be_tried_without_opening_fields_is_named_with_its_reason(
    hub: Hub, data: Path, changed: Path
) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
    _replace(changed / "suspects.toml", '["GUARDIAN", "FAMILY"]', '["GUARDIAN"]')
    told = _tried(hub, changed, data, "--clocks")
    assert told["clocks"] == []
    assert list(told["not_evaluated"]) == ["suspects.guardian_relations"]
    assert "加密" in told["not_evaluated"]["suspects.guardian_relations"]
    (change,) = told["changes"]
    assert change["rule"] == "suspects.guardian_relations"
    assert (change["before"], change["after"]) == (["FAMILY", "GUARDIAN"], ["GUARDIAN"])


def test_a_clock_that_counts_from_a_months_end_is_reckoned_from_there(
    hub: Hub, data: Path, changed: Path
) -> None:
    """Given the monthly report, due some working days after the month / when that term changes /
    then its due day does, and nothing is left unsaid."""
    with running(data) as program:
        _asked_and_forgotten(program)
    clocks = changed / "clocks.toml"
    text = clocks.read_text(encoding="utf-8")
    within = text.index('within = "', text.index("[monthly_report]"))
    end = text.index("\n", within)
    clocks.write_text(f'{text[:within]}within = "1 working_days"{text[end:]}', encoding="utf-8")
    told = _tried(hub, changed, data, "--clocks")
    (moved,) = told["clocks"]
    assert (moved["rule"], moved["title"]) == ("monthly_report", "控辍保学月报")
    assert moved["due"] == ["2025-04-09T16:00:00+00:00", "2025-04-02T16:00:00+00:00"]
    assert told["unreckoned"] == []


def test_clocks_are_tried_without_any_key(hub: Hub, data: Path, changed: Path) -> None:
    with running(data) as program:
        _asked_and_forgotten(program)
    for name in ("root.keystore", "keys.sqlite", "passphrase"):
        (data / name).rename(data / f"{name}.gone")
    (data / "root.keystore").touch()
    assert _tried(hub, changed, data, "--clocks")["reckoned"] > 6
    assert hub("policy", "dryrun", changed, "--looks", "--data", data).code == 3
