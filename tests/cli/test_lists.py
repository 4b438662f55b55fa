"""Lists that commands print: whole, or they say what they leave out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from hub.answers import Page
from hub.cli import notices
from hub.cli.output import write_new
from hub.notices.outbox import Told
from hub.notices.sender import Notices
from hub.queries import Queries
from tests.cli.office import Hub
from tests.program import START, TOWN

CHILD = "c0000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("command", "asks"),
    [
        (("approvals", "list"), "approvals"),
        (("attachments", "list", "--child", CHILD), "attachments"),
        (("away", "list"), "register"),
        (("break-glass", "list"), "break_glass"),
        (("duplicates", "list"), "duplicates"),
        (("family", "candidates"), "family_candidates"),
        (("orders", "list"), "register"),
        (("records", "list"), "records_requests"),
        (("referrals", "list"), "inbox"),
        (("referrals", "list", "--sent"), "sent"),
        (("silence",), "silence"),
    ],
)
def test_a_list_is_asked_for_to_its_end(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], asks: str
) -> None:
    """Given a list of several pages / then every one is asked for, from where the last ended."""
    begun: list[Any] = []

    def page(self: Queries, *given: Any, **how: Any) -> Page[Any]:
        begun.append(how.get("after", how.get("before")))
        return Page((), {1: "7", 2: "3"}.get(len(begun)))

    monkeypatch.setattr(Queries, asks, page)
    assert hub(*command, "--organisation", TOWN, "--data", data).code == 0
    assert [str(each or "") for each in begun] == ["", "7", "3"]


def test_notices_beyond_the_newest_are_said_to_be_left_out(
    hub: Hub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(START.isoformat(), TOWN, "handler", False, "due", 0, None, None, False)
    there = [told] * notices._MOST
    monkeypatch.setattr(Notices, "listed", lambda self, *, unsent, limit: there[:limit])
    listed = ("notices", "list", "--data", data)
    assert "没有列出" not in hub(*listed).err
    assert hub(*listed, "--json").json["more"] is False
    there.append(told)
    assert "只列出最近100条" in hub(*listed).err
    said = hub(*listed, "--json").json
    assert (len(said["notices"]), said["more"]) == (notices._MOST, True)


def test_a_new_file_is_its_writers_alone_from_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not made for everybody and closed afterwards: who opened it in between would read on."""
    made: list[int] = []
    opened = os.open

    def spied(path: Any, flags: int, mode: int = 0o777, **how: Any) -> int:
        made.append(mode)
        return opened(path, flags, mode, **how)

    monkeypatch.setattr(os, "open", spied)
    write_new(tmp_path / "file", "（示例）")
    assert made == [0o600]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "（示例）"
