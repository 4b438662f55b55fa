"""A policy folder that is broken, or was changed without saying so.

Source: privacy design, "Attacks that must fail" 13: a broken policy file is a denial, and is told;
privacy issue, Policy: the policy version in every scope, release and access entry.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.organisations import Seat
from domain.scope import ScopeOpened
from hub.authorization.policy import PolicyError
from hub.authorization.purposes import parse_purposes
from hub.bootstrap import Program, program
from hub.clock import SetClock
from hub.policies import FOLDER, load_policies
from hub.settings import Settings
from tests.program import (
    EDUCATION,
    SCHOOL,
    START,
    absent,
    child_of,
    enrolled,
    prepare,
    pupil,
    reader,
    send,
)

pytestmark = pytest.mark.adversary


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The policies in a folder of their own."""
    folder = tmp_path / "policies"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder


def _change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    load_policies.cache_clear()


@contextmanager
def _by(rules: Path, root: Path) -> Iterator[Program]:
    if not root.exists():
        prepare(root)
    with program(root, Settings(), SetClock(START), rules) as hub:
        yield hub


def _looked_at(hub: Program) -> str:
    send(hub, EDUCATION, "education.roll", enrolled(pupil(1)))
    send(hub, SCHOOL, "education.absence", absent(pupil(1)))
    assert hub.settle()
    child = child_of(hub, pupil(1))
    assert hub.queries.child_file(reader(SCHOOL), child) is not None
    return child


BROKEN = ("purposes.toml", "[CASEWORK.shows]\nread = ", "[CASEWORK.shows]\nsees = ")


@pytest.mark.attack(13)
def test_by_a_broken_file_nothing_is_answered_at_all(rules: Path, tmp_path: Path) -> None:
    with _by(rules, tmp_path / "data") as hub:
        _looked_at(hub)
    _change(rules / BROKEN[0], *BROKEN[1:])
    with pytest.raises(PolicyError, match=r"CASEWORK.*sees"), _by(rules, tmp_path / "data"):
        pass


@pytest.mark.attack(13, broken="a file is taken as far as it can be read")
def test_a_file_that_is_half_read_would_be_answered_by(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leniently(data: dict[str, Any]) -> Any:
        data["CASEWORK"]["shows"] = {"read": "all", "own": "all"}
        return parse_purposes(data)

    _change(rules / BROKEN[0], *BROKEN[1:])
    monkeypatch.setattr("hub.policies.parse_purposes", leniently)
    with _by(rules, tmp_path / "data") as hub:
        _looked_at(hub)


def _alarms(logged: list[Any]) -> list[Any]:
    return [each for each in logged if each["event"] == "policy.changed_in_place"]


@pytest.mark.attack(13)
def test_a_rule_that_was_changed_without_a_version_is_told_at_every_start(
    rules: Path, tmp_path: Path
) -> None:
    root = tmp_path / "data"
    with capture_logs() as logged, _by(rules, root) as hub:
        _looked_at(hub)
        before = hub.policies.version
    assert _alarms(logged) == []
    _change(rules / "jurisdictions.toml", 'school = "responsible"', 'school = "district"')
    with capture_logs() as logged, _by(rules, root) as hub:
        assert hub.policies.access.jurisdictions[Seat.SCHOOL] == "district"
        (alarm,) = _alarms(logged)
    assert (alarm["log_level"], alarm["before"]) == ("error", before)
    _change(rules / "version.toml", 'version = "', 'version = "changed.')
    with capture_logs() as logged, _by(rules, root):
        pass
    assert _alarms(logged) == []


@pytest.mark.attack(13, broken="the version is its name alone")
def test_without_the_content_in_it_the_change_would_go_unnoticed(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.policies._digest", lambda folder: "0" * 16)
    with _by(rules, tmp_path / "data") as hub:
        _looked_at(hub)
    _change(rules / "jurisdictions.toml", 'school = "responsible"', 'school = "district"')
    with capture_logs() as logged, _by(rules, tmp_path / "data"):
        pass
    assert _alarms(logged) == []


def test_every_scope_and_every_entry_names_the_version(rules: Path, tmp_path: Path) -> None:
    with _by(rules, tmp_path / "data") as hub:
        _looked_at(hub)
        version = hub.policies.version
        facts = hub.store.feed(0, 1_000)
        entries = hub.audit.newest(100)
    scopes = [fact for fact in facts if fact.topic == ScopeOpened.TOPIC]
    assert scopes
    assert {fact.header[9] for fact in facts} == {version}
    assert entries
    assert {entry.policy_version for entry in entries} == {version}


def test_text_that_moves_from_one_file_to_the_next_is_another_content(rules: Path) -> None:
    (rules / "aa.toml").write_text("", encoding="utf-8")
    (rules / "ab.toml").write_text("x = 1\n", encoding="utf-8")
    load_policies.cache_clear()
    before = load_policies(rules).version
    (rules / "aa.toml").write_text("ab.tomlx = 1\n", encoding="utf-8")
    (rules / "ab.toml").unlink()
    load_policies.cache_clear()
    assert load_policies(rules).version != before
