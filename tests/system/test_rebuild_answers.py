"""Deleting all view databases and ``hub rebuild --all`` gives the same answers in the API."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from hub.clock import SetClock
from hub.demo import DemoOptions, run_demo
from hub.demo.desk import instant
from hub.settings import Settings
from tests.servers import warm
from tests.system.answers import Answers, asked, busiest

pytestmark = pytest.mark.slow

EACH_SEAT = 4


@dataclass(frozen=True)
class Asked:
    """A demo's folder, when and on whose behalf it is asked, and what was answered."""

    data: Path
    clock: SetClock
    who: list[str]
    before: Answers


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    data = tmp_path_factory.mktemp("rebuilt") / "data"
    summary = run_demo(DemoOptions(data, 40, 30, 5), Settings())
    clock = SetClock(instant(summary.end, 20) + timedelta(days=1))
    who = busiest(data, EACH_SEAT)
    return Asked(data, clock, who, asked(data, clock, who))


def _databases(data: Path) -> None:
    for path in (data / "views").iterdir():
        path.unlink()


def _folder(data: Path) -> None:
    shutil.rmtree(data / "views")


def rebuild(data: Path, *, cold: bool) -> set[str]:
    """``hub rebuild --all`` as a process of its own; gives which seats' views it made."""
    ran = warm.start(warm.HUB, "rebuild", "--all", "--json", "--data", str(data), cold=cold)
    assert ran.stdout is not None
    with ran.stdout as out:
        told = out.read()
    assert ran.wait(60) == 0
    return set(json.loads(told)["rebuilt"])


def _seats(organisations: list[str]) -> set[str]:
    return {organisation.partition(":")[0] for organisation in organisations}


def test_the_answers_are_many_and_of_every_seat(demo: Asked) -> None:
    """Else equality would say little."""
    assert len(_seats(demo.who)) > 10
    doors = {door for _, door in demo.before}
    assert doors >= {
        "/children",
        "/inbox?open_only=false",
        "/referrals/sent",
        "/board",
        "/overdue",
        "/register",
        "/visits/due",
        "/reports",
        "/quarantine?state=all",
        "child file and timeline",
        "/children/find",
        "/referrals/",
    }
    assert sum(len(each) for each in demo.before.values()) > 300


@pytest.mark.parametrize("delete", [_databases, _folder], ids=["databases", "the whole folder"])
def test_deleted_views_rebuilt_answer_the_same(
    demo: Asked, tmp_path: Path, delete: Callable[[Path], None]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    delete(data)
    assert not list(data.glob("views/*"))
    assert rebuild(data, cold=delete is _folder) >= _seats(demo.who)
    after = asked(data, demo.clock, demo.who)
    assert set(after) == set(demo.before)
    for door, answers in demo.before.items():
        assert after[door] == answers, door


def test_without_the_rebuild_nothing_is_answered(demo: Asked, tmp_path: Path) -> None:
    """So the answers do come from the views, and the other test cannot pass by chance."""
    data = tmp_path / "data"
    shutil.copytree(demo.data, data)
    _databases(data)
    lost = asked(data, demo.clock, demo.who)
    # What is refused and waits for correction is no view; nor is who is not cleared.
    kept = {door for _, door in lost if door != "/overdue by town"}
    assert kept == {"/quarantine?state=all", "refused"}
