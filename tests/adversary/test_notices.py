"""No notice reaches an organisation that is conflicted, however urgent it is, whoever is missing.

Source: privacy design, Who may (利害关系单位); issue on casework, Deadlines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.organisations import Post
from domain.roster import Shift
from hub.bootstrap import Program
from hub.notices.file import NAME
from hub.notices.port import Notice, NoticeFailed
from tests.program import POLICE, SCHOOL, START, STATION, VILLAGE_CODE, at, running, send

pytestmark = [pytest.mark.adversary, pytest.mark.slow]

HOUR = timedelta(hours=1)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        yield made


def sent(hub: Program) -> list[dict[str, Any]]:
    path = hub.folder.root / NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]


def on_duty(hub: Program, organisation: str) -> None:
    shift = Shift(organisation, Post.DUTY, START - HOUR, START + 48 * HOUR, "u-duty")
    hub.roster.state(organisation, [shift])


def report(hub: Program, unit: str = "", reference: str = "示例1") -> None:
    told = {
        "reference": reference,
        "seen": "（示例）瘀青",
        "place": VILLAGE_CODE,
        "immediate_danger": "是",
    }
    send(hub, SCHOOL, "report.mandatory", {**told, "suspect_unit": unit} if unit else told)
    hub.settle()


def told(hub: Program) -> set[str]:
    return {each["organisation"] for each in sent(hub)}


def nobody_below(hub: Program) -> None:
    """Only the sub-bureau has somebody on duty, and the suspect works there."""
    on_duty(hub, POLICE)
    report(hub, "示例公安分局")


def test_where_nobody_is_on_duty_a_conflicted_superior_is_not_told_instead(hub: Program) -> None:
    nobody_below(hub)
    assert told(hub) == {STATION}
    assert [each.nobody for each in hub.notices.listed()] == [True], "and that is an alarm"


def test_and_would_be_if_nobody_asked(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The defence taken away: the same attack succeeds."""
    monkeypatch.setattr(hub.notices, "_conflicted", lambda subject: frozenset())
    nobody_below(hub)
    assert told(hub) == {POLICE}


def late(
    hub: Program, monkeypatch: pytest.MonkeyPatch, *, perhaps: bool = False, above: bool = False
) -> None:
    """A notice for the station, or for the sub-bureau ``above`` in its place, does not go out, or
    ``perhaps``; meanwhile it is said that the suspect works there."""
    if not above:
        on_duty(hub, STATION)
    on_duty(hub, POLICE)

    def fails(notice: Notice, *, again: bool) -> None:
        raise NoticeFailed("gone", perhaps_sent=perhaps)

    with monkeypatch.context() as broken:
        broken.setattr(hub.notices._port, "send", fails)
        report(hub)
    assert told(hub) == set()
    report(hub, "示例公安分局" if above else "示例第一派出所")
    at(hub, START + HOUR)
    hub.settle()


def test_who_came_to_be_conflicted_before_it_went_out_is_not_told(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(hub, monkeypatch)
    assert told(hub) == {POLICE}


def test_who_has_perhaps_been_told_already_is_not_told_again(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(hub, monkeypatch, perhaps=True)
    assert told(hub) == {POLICE}


def test_nor_is_whoever_was_told_in_anothers_place(
    hub: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    late(hub, monkeypatch, perhaps=True, above=True)
    assert POLICE not in told(hub)
    assert STATION in told(hub)


def test_and_would_be_if_nobody_asked_again(hub: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.notices, "_conflicted", lambda subject: frozenset())
    late(hub, monkeypatch)
    assert STATION in told(hub)
