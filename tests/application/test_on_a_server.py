"""Joining two files of a child, and links of a family, with every table on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.bootstrap import Program
from tests.application.test_family import do, sharing, stated, suspected, told
from tests.application.test_merge import join, part, seen, two_files
from tests.program import CIVIL_AFFAIRS, SCHOOL, VILLAGE, running
from tests.system.backends import use

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Program]:
    use("postgresql", request, monkeypatch)
    with running(tmp_path / "data") as made:
        yield made


def test_two_files_are_joined_and_parted(hub: Program) -> None:
    older, newer = two_files(hub)
    apart = {each: seen(hub, CIVIL_AFFAIRS, each) for each in (older, newer)}
    join(hub, older, newer)
    joined = seen(hub, CIVIL_AFFAIRS, older)
    assert joined == seen(hub, CIVIL_AFFAIRS, newer)
    assert joined >= (apart[older] | apart[newer]) - {"duplicate.suspected.v1"}
    part(hub, older, newer)
    for each, before in apart.items():
        after = seen(hub, CIVIL_AFFAIRS, each)
        assert {t for t in after if "merged" not in t and not t.startswith("duplicate.")} == {
            t for t in before if not t.startswith("duplicate.")
        }


def test_a_family_is_proposed_stated_and_told(hub: Program) -> None:
    one, other, third = sharing(hub, 1, 2, 3)
    assert sorted(map(sorted, suspected(hub))) == sorted(
        map(sorted, ([one, other], [one, third], [other, third]))
    )
    do(hub, stated(one, other), VILLAGE)
    assert {one, other} not in suspected(hub)
    assert told(hub, VILLAGE, other) == [("SIBLING", "STATED", one)]
    assert told(hub, SCHOOL, other) == []
