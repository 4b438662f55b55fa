"""Issue: "Adding one more kind of record must touch one file in domain/, one in adapters/, a row in
policies/ and a specification: show it in CONTRIBUTING by the real diff of one of them"."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "hub/docs/adding-a-record-kind.md").read_text(encoding="utf-8")
PARTS = {
    part.split(" b/", 1)[0].removeprefix("a/"): part
    for part in re.split(r"^diff --git ", DOCUMENT, flags=re.MULTILINE)[1:]
}
NEW = sorted(path for path, part in PARTS.items() if "--- /dev/null" in part)


@pytest.mark.parametrize("path", NEW)
def test_what_is_shown_is_what_stands_in_the_tree(path: str) -> None:
    shown = [line[1:] for line in PARTS[path].splitlines()[4:] if line.startswith("+")]
    assert shown == (ROOT / path).read_text(encoding="utf-8").splitlines()


def test_a_row_of_a_policy_that_is_shown_is_there() -> None:
    there = (ROOT / "policies/clear-facts.toml").read_text(encoding="utf-8")
    added = [
        line[1:]
        for line in PARTS["policies/clear-facts.toml"].splitlines()[3:]
        if line.startswith("+") and line[1:].strip()
    ]
    assert added
    for line in added:
        assert line.partition(" = ")[0] in there


def test_a_whole_new_kind_touches_one_room_each_and_its_specification() -> None:
    first = DOCUMENT.split("## A record on a command")[0]
    touched = re.findall(r"^diff --git a/(\S+)", first, flags=re.MULTILINE)
    outside = [path for path in touched if not path.startswith("tests/")]
    assert sorted(path.split("/")[0] for path in outside) == ["adapters", "domain", "policies"]
    assert "hub/docs/adding-a-record-kind.md" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
