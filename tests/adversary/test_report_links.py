"""The one door without an account: what finds a link's token, or the table of links, gains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hub import report_links
from hub.bootstrap import Program
from hub.report_links import Link, LinkBusy, NoSuchLink, ReportLinks
from tests.program import TOWN, running

pytestmark = pytest.mark.adversary


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def stolen(hub: Program) -> str:
    """The hash of a link, as whoever copied the table has it."""
    (row,) = hub.report_links._database.rows("SELECT hash FROM links")
    return str(row[0])


@pytest.mark.attack(15)
def test_the_table_of_links_gives_no_link(hub: Program) -> None:
    """Nor does a guess: a token is kept as a keyed hash alone, and stands in no file."""
    _, token = hub.report_links.issue(TOWN, hub.clock.now(), 30)
    assert stolen(hub) != token
    for guess in (stolen(hub), token[:-1], "", token.upper()):
        with pytest.raises(NoSuchLink):
            hub.report_links.of(guess, hub.clock.now())
    for path in hub.folder.root.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()
    assert hub.report_links.of(token, hub.clock.now()).organisation == TOWN


@pytest.mark.attack(15, broken="links kept as they are")
def test_a_link_kept_as_it_is_would_be_given_by_its_table(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReportLinks, "_hash", lambda self, token: token)
    hub.report_links.issue(TOWN, hub.clock.now(), 30)
    assert hub.report_links.of(stolen(hub), hub.clock.now()).organisation == TOWN


@pytest.mark.attack(15)
def test_who_found_a_link_buries_nobody_in_reports(hub: Program) -> None:
    _, token = hub.report_links.issue(TOWN, hub.clock.now(), 30)
    assert taken(hub, token) == hub.policies.rules.casework.report_links.a_minute


@pytest.mark.attack(15, broken="uses counted nowhere")
def test_uncounted_it_would(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = hub.report_links.issue(TOWN, hub.clock.now(), 30)
    monkeypatch.setattr(report_links, "MINUTE", 0)
    monkeypatch.setattr(report_links, "DAY", 0)
    assert taken(hub, token) == 100


def taken(hub: Program, token: str) -> int:
    """How many of a hundred reports in one moment a link takes."""
    link, now = hub.report_links.of(token, hub.clock.now()), hub.clock.now()
    for number in range(100):
        try:
            hub.report_links.admit(link, now)
        except LinkBusy:
            return number
        hub.report_links.count(link, now)
    return 100


def guessed(hub: Program, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a hundred guesses at a token took the one place of whoever writes."""
    database = hub.report_links._database
    asked: list[dict[str, Any]] = []
    writing = database.writing

    def counted(**how: Any) -> Any:
        asked.append(how)
        return writing(**how)

    monkeypatch.setattr(database, "writing", counted)
    for number in range(100):
        with pytest.raises(NoSuchLink):
            hub.report_links.of(f"guess{number}", hub.clock.now())
    return len(asked)


@pytest.mark.attack(15)
def test_who_guesses_holds_up_nobody(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert guessed(hub, monkeypatch) == 0


@pytest.mark.attack(15, broken="looked up while nobody else may write")
def test_looked_up_in_writing_a_guess_would(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    of = ReportLinks.of

    def writes(self: ReportLinks, token: str, now: datetime) -> Link:
        with self._database.writing():
            return of(self, token, now)

    monkeypatch.setattr(ReportLinks, "of", writes)
    assert guessed(hub, monkeypatch) == 100
