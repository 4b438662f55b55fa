"""The same seed gives the same answers at every door; identifiers and ciphertext differ."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from hub.clock import SetClock
from hub.demo import DemoOptions, run_demo
from hub.demo.desk import instant
from hub.settings import Settings
from tests.system.answers import Answers, asked, busiest

pytestmark = pytest.mark.slow

CHILDREN, DAYS, SEED = 20, 12, 3

_RANDOM = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|u-[0-9a-f]{12}|\d{8}-[0-9A-Z]{8}"
)
"""Pseudonyms and identifiers, users, receipts: drawn anew each time."""


def answers(data: Path, seed: int = SEED) -> Answers:
    """What every seat is answered after a demo, without identifiers, in an order of its own."""
    options = DemoOptions(data, CHILDREN, DAYS, seed)
    summary = run_demo(options, Settings())
    clock = SetClock(instant(summary.end, 20) + timedelta(days=1))
    found = asked(data, clock, busiest(data, 3))
    return {door: _plain(items) for door, items in found.items()}


def _plain(items: list[str]) -> list[str]:
    return sorted(_RANDOM.sub("#", item) for item in items)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answers]:
    data = tmp_path_factory.mktemp("one") / "data"
    return data, answers(data)


def test_the_same_seed_gives_the_same_answers(one: tuple[Path, Answers], tmp_path: Path) -> None:
    data, first = one
    again = answers(tmp_path / "data")
    assert set(again) == set(first)
    for door, items in first.items():
        assert again[door] == items, door
    shown = sum(len(items) for items in first.values())
    assert shown > 200
    opened = [item for items in first.values() for item in items if '"guardian_phone"' in item]
    assert len(opened) > 20
    # Nothing but the answers is the same.
    assert _streams(data).isdisjoint(_streams(tmp_path / "data"))
    assert _sealed(data).isdisjoint(_sealed(tmp_path / "data"))


def test_another_seed_gives_other_answers(one: tuple[Path, Answers], tmp_path: Path) -> None:
    assert answers(tmp_path / "data", SEED + 1) != one[1]


def _streams(data: Path) -> set[str]:
    """Of whatever is of a child, the clocks of that among it. What an office reports, owes or holds
    of itself is found by whose it is and when, and by nothing else."""
    query = "SELECT originator_id, topic, state FROM stored_events"
    with closing(sqlite3.connect(data / "events.sqlite")) as connection:
        rows = connection.execute(query).fetchall()
    children = {UUID(stream) for stream, topic, _ in rows if topic.startswith("child_file.")}
    found = {
        stream
        for stream, _, state in rows
        if (child := json.loads(state)["c"].get("child_ref")) and UUID(child) in children
    }
    assert len(found) > 100
    return found


def _sealed(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "events.sqlite")) as connection:
        states = [
            json.loads(row[0]) for row in connection.execute("SELECT state FROM stored_events")
        ]
    found = {entry[3] for state in states for entry in state.get("s", {}).values()}
    assert len(found) > 100
    return found
