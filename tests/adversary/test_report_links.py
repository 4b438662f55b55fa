"""The one door without an account: what finds a link's token, or the table of links, gains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import report_links
from hub.bootstrap import Program
from hub.report_links import LinkBusy, NoSuchLink, ReportLinks
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
            hub.report_links.take(guess, hub.clock.now(), danger=True)
    for path in hub.folder.root.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()
    assert hub.report_links.take(token, hub.clock.now(), danger=False).organisation == TOWN


@pytest.mark.attack(15, broken="links kept as they are")
def test_a_link_kept_as_it_is_would_be_given_by_its_table(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReportLinks, "_hash", lambda self, token: token)
    hub.report_links.issue(TOWN, hub.clock.now(), 30)
    assert hub.report_links.take(stolen(hub), hub.clock.now(), danger=False).organisation == TOWN


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
    for number in range(100):
        try:
            hub.report_links.take(token, hub.clock.now(), danger=False)
        except LinkBusy:
            return number
    return 100
