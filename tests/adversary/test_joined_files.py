"""Joining two files of a child must widen nothing, and leave nothing behind when taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from domain.deadline import deadline_id
from domain.enrolment import ENTRY
from domain.organisations import Seat
from hub.bootstrap import Program
from projections import visible
from tests.application.test_merge import EVERYBODY, join, part, two_files
from tests.program import EDUCATION, OTHER_VILLAGE, SCHOOL, reader, rows, running, view_file

pytestmark = pytest.mark.adversary


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def _held(hub: Program) -> dict[str, list[tuple[str, str]]]:
    """Which children's facts lie in each organisation's view, whatever door might show them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for seat in hub.projector.views:
        for row in rows(view_file(hub, seat))["facts"]:
            if ".merged." in row[6] or ".unmerged." in row[6]:
                continue
            if row[6].startswith("duplicate."):
                continue
            entry = str(deadline_id(UUID(row[2]), ENTRY))
            if row[6].startswith("deadline.") and row[3] == entry:
                # The clock that joining ends and parting sets again is its parties' to see.
                continue
            found.setdefault(row[0], []).append((row[2], row[6]))
    return {organisation: sorted(each) for organisation, each in found.items()}


def _left_behind(hub: Program) -> set[str]:
    """Organisations whose view holds more, or less, after joining and parting than before."""
    older, newer = two_files(hub)
    before = _held(hub)
    join(hub, older, newer)
    part(hub, older, newer)
    after = _held(hub)
    return {each for each in EVERYBODY if after.get(each) != before.get(each)}


def test_nothing_is_left_behind_in_any_view(hub: Program) -> None:
    assert _left_behind(hub) == set()


def test_were_places_shown_something_would_be_left(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack can succeed: without the rule that the hub's own moves are nobody's entry,
    education would go on knowing of a file that it never had."""
    monkeypatch.setattr(visible, "steers", lambda fact: False)
    assert EDUCATION in _left_behind(hub)


def test_whoever_answers_for_neither_learns_of_no_joining(hub: Program) -> None:
    older, newer = two_files(hub)
    join(hub, older, newer)
    for child in (older, newer):
        page = hub.queries.timeline(reader(OTHER_VILLAGE), child)
        assert page.items == ()
        assert hub.queries.child_file(reader(OTHER_VILLAGE), child) is None
    for row in rows(view_file(hub, _seat(hub, SCHOOL)))["merges"]:
        assert row[0] == SCHOOL


def _seat(hub: Program, organisation: str) -> Seat:
    return next(seat for seat in hub.projector.views if seat.value == organisation.split(":")[0])
